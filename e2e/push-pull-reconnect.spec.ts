import { expect, test } from './fixtures/test.ts';

test('push-pull: a user whose connection drops should come back under its own name, with media both ways', async ({
  world,
}) => {
  const dialect = 'push-pull';
  const bob = await world.joinAs('bob', { dialect });
  await bob.publish('camera');

  const drops: (() => Promise<void>)[] = [];
  const alice = await world.open('alice', {
    beforeLoad: (page) =>
      page.routeWebSocket(/push-pull/, (socket) => {
        const server = socket.connectToServer();
        drops.push(async () => {
          // Any code but 4000, which would be the server's wish.
          await Promise.all([socket.close({ code: 3001 }), server.close({ code: 3001 })]);
        });
      }),
  });
  const join = { serverUrl: world.urlOf(dialect), roomId: world.roomId, peerId: 'alice', dialect } as const;
  await alice.page.evaluate((request) => window.peer.join(request), join);
  await alice.publish('camera');
  await alice.expectMovingPicture('bob');
  await bob.expectMovingPicture('alice');

  const before = await alice.page.evaluate(() => window.peer.producer('camera').id);
  await drops[0]!();
  await alice.sees({ event: 'reconnected' });
  await expect.poll(() => alice.page.evaluate(() => window.peer.producer('camera').id)).not.toBe(before);
  await alice.expectMovingPicture('bob');
  await bob.expectMovingPicture('alice');

  // What was pushed before is gone, and nobody left.
  expect(await bob.page.evaluate(() => window.peer.room.peers.get('alice')?.consumers.size)).toBe(1);
  expect((await bob.events()).filter(({ event }) => event === 'peerClosed')).toHaveLength(0);
  expect((await alice.events()).filter(({ event }) => event === 'newConsumer')).toHaveLength(1);
  expect((await alice.events()).filter(({ event }) => event === 'left')).toHaveLength(0);
});
