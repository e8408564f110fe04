import { dialects } from './dialects.ts';
import { expect, test } from './fixtures/test.ts';

test('a kicked peer receives the reason, and is removed at the others', async ({ world }) => {
  const [alice, bob] = [await world.joinAs('alice'), await world.joinAs('bob')];
  await bob.publish('microphone');
  await alice.hasConsumer('bob', 'microphone');
  world.server.registry.kick(world.roomId, 'bob', { reason: 'spam' });
  await bob.sees({ event: 'roomClosed', reason: 'kicked', detail: 'spam' });
  await bob.sees({ event: 'left', reason: 'kicked', detail: 'spam' });
  await expect(bob.page.getByTestId('state')).toHaveText('left');
  await alice.sees({ event: 'consumerClosed', peerId: 'bob', source: 'microphone' });
  await alice.sees({ event: 'peerClosed', peerId: 'bob' });
  await expect(alice.page.getByTestId('state')).toHaveText('joined');
});

test('all peers are notified when the server closes the room', async ({ world }) => {
  const [alice, bob] = [await world.joinAs('alice'), await world.joinAs('bob')];
  world.server.registry.closeRoom(world.roomId, { reason: 'closing time' });
  for (const peer of [alice, bob]) {
    await peer.sees({ event: 'roomClosed', reason: 'roomClosed', detail: 'closing time' });
    await peer.sees({ event: 'left', reason: 'roomClosed', detail: 'closing time' });
  }
});

for (const dialect of dialects) {
  test(`${dialect}: a kicked peer leaves, and all peers leave when the room is closed`, async ({ world }) => {
    const [alice, bob] = [await world.joinAs('alice', { dialect }), await world.joinAs('bob', { dialect })];
    await bob.publish('microphone');
    await alice.hasConsumer('bob', 'microphone');
    world.server.registry.kick(world.roomId, 'bob', { reason: 'spam' });
    await bob.sees({ event: 'left', reason: 'kicked', detail: 'spam' });
    await expect(bob.page.getByTestId('state')).toHaveText('left');
    await alice.sees({ event: 'peerClosed', peerId: 'bob' });
    await expect(alice.page.getByTestId('state')).toHaveText('joined');

    world.server.registry.closeRoom(world.roomId, { reason: 'closing time' });
    await alice.sees({ event: 'left', reason: 'roomClosed', detail: 'closing time' });
    await expect(alice.page.getByTestId('state')).toHaveText('left');
    // No peer reconnects after a final close.
    for (const peer of [alice, bob])
      expect((await peer.events()).filter(({ event }) => event === 'reconnecting')).toEqual([]);
  });
}

test('a new peer replaces the old peer of the same ID', async ({ world }) => {
  const alice = await world.joinAs('alice');
  const old = await world.joinAs('bob');
  await world.joinAs('bob');
  await old.sees({ event: 'left', reason: 'replaced' });
  await alice.sees({ event: 'peerClosed', peerId: 'bob' });
  await expect
    .poll(
      async () => (await alice.events()).filter(({ event, peerId }) => event === 'newPeer' && peerId === 'bob').length,
    )
    .toBe(2);
});

test('the server responds with names, statistics and refusals', async ({ world }) => {
  const [alice, bob] = [await world.joinAs('alice'), await world.joinAs('bob')];
  await alice.publish('camera');
  await bob.hasConsumer('alice', 'camera');
  await alice.page.evaluate(() => window.peer.room.setDisplayName('Alice the Second'));
  await expect(bob.page.getByTestId('peers')).toContainText('alice: Alice the Second');

  const kinds = () =>
    alice.page.evaluate(async () => {
      const { room } = window.peer;
      return [
        await room.stats.getServer('send'),
        await room.stats.getServer('recv'),
        await window.peer.producer('camera').getServerStats(),
      ].map((list) => (list[0] as { type: string } | undefined)?.type);
    });
  // A producer has no statistics before its first packet.
  await expect.poll(kinds).toEqual(['webrtc-transport', 'webrtc-transport', 'inbound-rtp']);
  await expect
    .poll(() => bob.page.evaluate(async () => (await window.peer.consumer('alice', 'camera').getServerStats()).length))
    .toBeGreaterThan(0);

  await bob.page.evaluate(() => {
    window.peer.consumer('alice', 'camera').enableStats({ intervalMs: 250 });
  });
  await bob.sees({ event: 'consumerStats', peerId: 'alice', source: 'camera' });

  // Without the header extension for transport-wide feedback, the server estimates no bandwidth.
  const estimate = () =>
    bob.page.evaluate(async () => {
      const [stat] = await window.peer.room.stats.getServer('recv');
      return stat?.type === 'webrtc-transport' ? stat.availableOutgoingBitrate : undefined;
    });
  const first = await estimate();
  expect(first).toBeGreaterThan(0);
  await expect.poll(estimate).not.toBe(first);

  const code = await alice.page.evaluate(() =>
    window.peer.room.join().then(
      () => 'joined',
      (error: { code: string }) => error.code,
    ),
  );
  expect(code).toBe('invalidState');
});

test('media continues during an ICE restart of both transports', async ({ world }) => {
  const [alice, bob] = [await world.joinAs('alice'), await world.joinAs('bob')];
  await alice.publish('camera');
  await bob.publish('camera');
  await Promise.all([alice.expectMovingPicture('bob'), bob.expectMovingPicture('alice')]);
  await alice.page.evaluate(() => window.peer.room.restartIce());
  expect(
    await alice.page.evaluate(() => window.peer.trace.filter(({ method }) => method === 'restartIce').length),
  ).toBe(4);
  await Promise.all([alice.expectMovingPicture('bob'), bob.expectMovingPicture('alice')]);
});
