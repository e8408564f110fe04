import { dialects } from './dialects.ts';
import { expect, test } from './fixtures/test.ts';

for (const dialect of dialects) {
  test(`${dialect}: two peers see and hear each other, pause, resume, close and leave`, async ({ world }) => {
    const alice = await world.joinAs('alice', { dialect, displayName: 'Alice' });
    await alice.publish('camera');
    await alice.publish('microphone');

    await test.step('a late joiner sees the existing peer and its producers', async () => {
      const bob = await world.joinAs('bob', { dialect, displayName: 'Bob' });
      expect((await bob.events())[3]).toMatchObject({ event: 'newPeer', peerId: 'alice' });
      await expect(bob.page.getByTestId('peers')).toContainText('alice: Alice');
      await alice.sees({ event: 'newPeer', peerId: 'bob' });
      await Promise.all([bob.expectMovingPicture('alice'), bob.expectSound('alice')]);

      await test.step('the first peer receives the late joiner', async () => {
        await bob.publish('camera');
        await bob.publish('microphone');
        await Promise.all([alice.expectMovingPicture('bob'), alice.expectSound('bob')]);
      });

      await test.step('a pause of the sender reaches the receiver and stops the frames until the resume', async () => {
        await alice.page.evaluate(() => window.peer.producer('camera').pause());
        await bob.sees({ event: 'consumerPaused', peerId: 'alice', source: 'camera' });
        expect(await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').remotePaused)).toBe(true);
        await alice.page.evaluate(() => window.peer.producer('camera').resume());
        await bob.sees({ event: 'consumerResumed', peerId: 'alice', source: 'camera' });
        await bob.expectMovingPicture('alice');
      });

      await test.step('a pause of the receiver does not reach the sender', async () => {
        await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').pause());
        const stopped = (await bob.received('alice', 'camera')).packets;
        await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').resume());
        await expect.poll(async () => (await bob.received('alice', 'camera')).packets).toBeGreaterThan(stopped);
        const paused = (await alice.events()).filter(({ event }) => event === 'producerPaused');
        expect(paused).toHaveLength(1);
      });

      await test.step('a closed producer closes the consumer', async () => {
        await alice.page.evaluate(() => window.peer.producer('camera').close());
        await bob.sees({ event: 'consumerClosed', peerId: 'alice', source: 'camera' });
        await expect(bob.page.getByTestId('alice/camera')).toHaveCount(0);
      });

      await test.step('a peer that leaves is removed at the others', async () => {
        await bob.page.evaluate(() => window.peer.room.leave());
        await alice.sees({ event: 'peerClosed', peerId: 'bob' });
        await expect(bob.page.getByTestId('state')).toHaveText('left');
        expect((await bob.events()).at(-1)).toMatchObject({ event: 'left', reason: 'left' });
        expect(
          (await alice.events()).filter(({ event, peerId }) => event === 'consumerClosed' && peerId === 'bob'),
        ).toHaveLength(2);
      });
    });
  });
}

test('three peers meet, and the others notice a closed tab', async ({ world }) => {
  const [alice, bob, carol] = [await world.joinAs('alice'), await world.joinAs('bob'), await world.joinAs('carol')];
  const all = [alice, bob, carol];
  for (const peer of all) {
    await peer.publish('camera');
    await peer.publish('microphone');
  }
  const pairs = all.flatMap((peer) =>
    all.filter((other) => other !== peer).map(({ peerId }) => [peer, peerId] as const),
  );
  await Promise.all(pairs.map(([peer, peerId]) => peer.expectSound(peerId)));
  await Promise.all(pairs.map(([peer, peerId]) => peer.expectMovingPicture(peerId)));
  await carol.page.close();
  for (const peer of [alice, bob]) {
    await peer.sees({ event: 'peerClosed', peerId: 'carol' });
    await expect(peer.page.getByTestId('carol/camera')).toHaveCount(0);
  }
  await alice.expectMovingPicture('bob');
});

test('a session emits its events in order, and a room can be joined again after it was left', async ({ world }) => {
  const alice = await world.joinAs('alice');
  await alice.page.evaluate(() => window.peer.room.leave());
  await alice.page.evaluate(() => window.peer.room.join());
  await alice.publish('camera');
  const bob = await world.joinAs('bob');
  await bob.expectMovingPicture('alice');
  const states = (await alice.events())
    .filter(({ event }) => event === 'stateChanged' || event === 'left')
    .map(({ event }) => event);
  expect(states).toEqual([
    'stateChanged',
    'stateChanged',
    'stateChanged',
    'stateChanged',
    'left',
    'stateChanged',
    'stateChanged',
    'stateChanged',
  ]);
});
