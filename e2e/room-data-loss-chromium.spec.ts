import { DataCall } from './fixtures/DataCall.ts';
import { expect, test } from './fixtures/test.ts';

test('both ends are notified of every message that the server drops for a receiver', async ({ world }) => {
  const call = await DataCall.open(world);
  await call.send(0, 1);
  await expect.poll(() => call.got()).toEqual([0]);

  // The server buffers about 2 MB for a receiver. This is twice as much.
  const restore = call.udp.cut(call.ufrags);
  await call.send(1, 250);
  await expect.poll(async () => (await call.lost()).receiver).toBeGreaterThan(50);
  restore();

  await expect
    .poll(async () => (await call.got()).length + (await call.lost()).receiver, { message: 'received and lost' })
    .toBe(251);
  const got = await call.got();
  expect(got).toEqual(got.toSorted((a, b) => a - b));
  const { sender, receiver } = await call.lost();
  expect(sender).toBe(receiver);
  expect(await call.counted()).toBe(receiver);
  await call.send(251, 1);
  await expect.poll(async () => (await call.got()).at(-1)).toBe(251);
  await call.close();
});
