import { DataCall } from './fixtures/DataCall.ts';
import { expect, test } from './fixtures/test.ts';

test('a slow receiver of a reliable channel is notified of every message that it misses', async ({ world }) => {
  const call = await DataCall.open(world);
  await call.send(0, 1);
  await expect.poll(() => call.got()).toEqual([0]);
  call.udp.narrow(100_000, call.ufrags);
  await call.send(1, 300);
  // 2 MB at 100 kB/s.
  await expect
    .poll(async () => (await call.got()).length + (await call.lost()).receiver, { timeout: 120_000 })
    .toBe(301);
  const { sender, receiver } = await call.lost();
  expect(receiver).toBeGreaterThan(0);
  expect(sender).toBe(receiver);
  expect(await call.counted()).toBe(receiver);
  const got = await call.got();
  expect(got).toEqual(got.toSorted((a, b) => a - b));
  await call.close();
});
