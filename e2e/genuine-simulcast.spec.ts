import { expect, test } from './fixtures/test.ts';

test('mediasoup-client publishes simulcast to this server, and a Room shows it', async ({ world }) => {
  const bob = await world.joinAs('bob');
  const { page } = await world.open('demo', { path: '/pages/first-frame/' });
  await page.waitForFunction(() => 'firstFrame' in window);
  const request = { serverUrl: world.urlOf('mediasoup-v3'), roomId: world.roomId, peerId: 'demo' };
  await page.evaluate(async (joining) => {
    await window.firstFrame.load('demo');
    await window.firstFrame.join(joining);
    await window.firstFrame.enableCamera([
      { rid: 'r0', scaleResolutionDownBy: 2, maxBitrate: 60_000 },
      { rid: 'r1', maxBitrate: 200_000 },
    ]);
  }, request);
  await bob.hasConsumer('demo', 'camera');
  const { frames } = await bob.received('demo', 'camera');
  await expect.poll(async () => (await bob.received('demo', 'camera')).frames).toBeGreaterThan(frames);
  const type = await bob.page.evaluate(() => window.peer.consumer('demo', 'camera').type);
  expect(type).toBe('simulcast');
  await page.evaluate(() => window.firstFrame.leave());
});
