import { test } from './fixtures/test.ts';

test.use({ settings: { mediasoupV3Variant: 'notify' } });

test('a client recognizes the variant of 2025, and carries a call with pauses and layers', async ({ world }) => {
  const alice = await world.joinAs('alice');
  await alice.publish('camera', { simulcast: true });
  const bob = await world.joinAs('bob');
  await bob.expectMovingPicture('alice');
  await alice.page.evaluate(() => window.peer.producer('camera').pause());
  await bob.sees({ event: 'consumerPaused', peerId: 'alice', source: 'camera' });
  await alice.page.evaluate(() => window.peer.producer('camera').resume());
  await bob.sees({ event: 'consumerResumed', peerId: 'alice', source: 'camera' });
  await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').setPreferredLayers({ spatialLayer: 0 }));
  await bob.sees({ event: 'consumerLayersChanged', peerId: 'alice', source: 'camera', spatialLayer: 0 });
  await bob.page.evaluate(() => window.peer.room.leave());
  await alice.sees({ event: 'peerClosed', peerId: 'bob' });
});
