import { expect, test } from './fixtures/test.ts';

test('a room should come back by itself when its connection drops, with the same objects and media both ways', async ({
  world,
}) => {
  const bob = await world.joinAs('bob');
  await bob.publish('camera');

  const drops: (() => Promise<void>)[] = [];
  const alice = await world.open('alice', {
    beforeLoad: (page) =>
      page.routeWebSocket(/mediasoup-v3/, (socket) => {
        const server = socket.connectToServer();
        drops.push(async () => {
          // Any code but 4000, which would be the server's wish.
          await Promise.all([socket.close({ code: 3001 }), server.close({ code: 3001 })]);
        });
      }),
  });
  const { serverUrl, roomId } = world;
  await alice.page.evaluate((request) => window.peer.join(request), { serverUrl, roomId, peerId: 'alice' });
  await alice.publish('camera');
  await alice.expectMovingPicture('bob');
  await bob.expectMovingPicture('alice');

  const before = await alice.page.evaluate(() => {
    const { room } = window.peer;
    Object.assign(window, {
      before: {
        bob: room.peers.get('bob'),
        consumer: window.peer.consumer('bob', 'camera'),
        producer: window.peer.producer('camera'),
      },
    });
    return window.peer.producer('camera').id;
  });
  await drops[0]!();
  await alice.sees({ event: 'reconnecting' });
  await alice.sees({ event: 'reconnected' });
  await expect.poll(() => alice.page.evaluate(() => window.peer.producer('camera').id)).not.toBe(before);
  await alice.expectMovingPicture('bob');
  await bob.expectMovingPicture('alice');
  expect(
    await alice.page.evaluate(() => {
      const { before: old } = window as unknown as { before: Record<string, unknown> };
      return [
        old.bob === window.peer.room.peers.get('bob'),
        old.consumer === window.peer.consumer('bob', 'camera'),
        old.producer === window.peer.producer('camera'),
      ];
    }),
  ).toEqual([true, true, true]);
  expect((await alice.events()).filter(({ event }) => event === 'newConsumer')).toHaveLength(1);
  expect((await alice.events()).filter(({ event }) => event === 'left')).toHaveLength(0);
});
