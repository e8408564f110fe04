import { expect, test } from './fixtures/test.ts';

test('layers change on request', async ({ world }) => {
  const alice = await world.joinAs('alice');
  await alice.publish('camera', { simulcast: true });
  const bob = await world.joinAs('bob');
  await bob.expectMovingPicture('alice');
  expect(await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').type)).toBe('simulcast');

  await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').setPreferredLayers({ spatialLayer: 0 }));
  await expect
    .poll(() => bob.page.evaluate(() => window.peer.consumer('alice', 'camera').currentLayers?.spatialLayer))
    .toBe(0);
  await expect.poll(async () => (await bob.received('alice', 'camera')).width).toBeLessThanOrEqual(320);

  await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').setPreferredLayers({ spatialLayer: 1 }));
  await bob.sees({ event: 'consumerLayersChanged', peerId: 'alice', source: 'camera', spatialLayer: 1 });
  await expect.poll(async () => (await bob.received('alice', 'camera')).width).toBeGreaterThan(320);

  await test.step('the sender limits its own layers', async () => {
    await alice.page.evaluate(() => window.peer.producer('camera').setMaxSpatialLayer(0));
    await expect
      .poll(() => bob.page.evaluate(() => window.peer.consumer('alice', 'camera').currentLayers?.spatialLayer))
      .toBe(0);
  });
});

test('an app subscribes to consumers manually', async ({ world }) => {
  const alice = await world.joinAs('alice');
  await alice.publish('camera');
  const bob = await world.joinAs('bob', { consume: 'manual' });
  await bob.hasConsumer('alice', 'camera');
  expect(await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').track)).toBeNull();
  await bob.page.evaluate(async () => {
    const consumer = window.peer.consumer('alice', 'camera');
    await consumer.setSubscribed(true);
    await consumer.setPriority(2);
    await consumer.requestKeyFrame();
    window.peer.play(consumer);
  });
  await bob.expectMovingPicture('alice');
});
