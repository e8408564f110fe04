import { dialects } from './dialects.ts';
import { expect, test } from './fixtures/test.ts';

for (const dialect of dialects) {
  test(`${dialect}: two peers should see and hear each other, pause, resume, close and leave`, async ({ world }) => {
    const alice = await world.joinAs('alice', { dialect, displayName: 'Alice' });
    await alice.publish('camera');
    await alice.publish('microphone');

    await test.step('a late joiner sees who is there, and what they send', async () => {
      const bob = await world.joinAs('bob', { dialect, displayName: 'Bob' });
      expect((await bob.events())[3]).toMatchObject({ event: 'newPeer', peerId: 'alice' });
      await expect(bob.page.getByTestId('peers')).toContainText('alice: Alice');
      await alice.sees({ event: 'newPeer', peerId: 'bob' });
      await Promise.all([bob.expectMovingPicture('alice'), bob.expectSound('alice')]);

      await test.step('and the other way', async () => {
        await bob.publish('camera');
        await bob.publish('microphone');
        await Promise.all([alice.expectMovingPicture('bob'), alice.expectSound('bob')]);
      });

      await test.step('a pause at the source is told, and stops the frames; a resume starts them again', async () => {
        await alice.page.evaluate(() => window.peer.producer('camera').pause());
        await bob.sees({ event: 'consumerPaused', peerId: 'alice', source: 'camera' });
        expect(await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').remotePaused)).toBe(true);
        await alice.page.evaluate(() => window.peer.producer('camera').resume());
        await bob.sees({ event: 'consumerResumed', peerId: 'alice', source: 'camera' });
        await bob.expectMovingPicture('alice');
      });

      await test.step('a pause of the receiver’s is its own affair', async () => {
        await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').pause());
        const stopped = (await bob.received('alice', 'camera')).packets;
        await bob.page.evaluate(() => window.peer.consumer('alice', 'camera').resume());
        await expect.poll(async () => (await bob.received('alice', 'camera')).packets).toBeGreaterThan(stopped);
        const paused = (await alice.events()).filter(({ event }) => event === 'producerPaused');
        expect(paused).toHaveLength(1);
      });

      await test.step('a closed producer closes what is received', async () => {
        await alice.page.evaluate(() => window.peer.producer('camera').close());
        await bob.sees({ event: 'consumerClosed', peerId: 'alice', source: 'camera' });
        await expect(bob.page.getByTestId('alice/camera')).toHaveCount(0);
      });

      await test.step('who leaves is gone for the others', async () => {
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

test('three peers should meet, and a closed tab should be noticed', async ({ world }) => {
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

test('a session should be told in order, and a room be joined again after it was left', async ({ world }) => {
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
