import { dialects, type DialectName } from './dialects.ts';
import { expect, type PeerHandle, test } from './fixtures/test.ts';

/**
 * One room for all dialects: a publisher of each dialect stays, and receivers of each dialect join, watch all five, and leave. Prints the
 * decoded frames of each of the 25 combinations.
 */
test('peers of all five dialects see and hear each other in one room', async ({ world }) => {
  test.setTimeout(300_000);
  const frames: Record<string, Record<string, number>> = {};
  const publishers = new Map<DialectName, PeerHandle>();
  for (const dialect of dialects) {
    const publisher = await world.joinAs(`from-${dialect}`, { dialect, consume: 'manual' });
    await publisher.publish('microphone');
    publishers.set(dialect, publisher);
  }
  const ofAll = (act: (publisher: PeerHandle, dialect: DialectName) => Promise<unknown>) =>
    Promise.all([...publishers].map(([dialect, publisher]) => act(publisher, dialect)));

  for (const dialect of dialects)
    await test.step(`received by ${dialect}`, async () => {
      await ofAll((publisher) => publisher.publish('camera'));
      const receiver = await world.joinAs(`to-${dialect}`, { dialect });
      await ofAll(async (publisher, from) => {
        await receiver.expectMovingPicture(publisher.peerId);
        await receiver.expectSound(publisher.peerId);
        (frames[dialect] ??= {})[from] = (await receiver.received(publisher.peerId, 'camera')).frames;
        expect(
          await receiver.page.evaluate((id) => window.peer.room.peers.get(id)?.dialect, publisher.peerId),
          `the dialect of ${publisher.peerId}, seen by ${dialect}`,
        ).toBe(from);
      });

      await test.step('pause and resume reach the other dialects', () =>
        ofAll(async (publisher) => {
          await publisher.page.evaluate(() => window.peer.producer('camera').pause());
          await receiver.sees({ event: 'consumerPaused', peerId: publisher.peerId, source: 'camera' });
          await publisher.page.evaluate(() => window.peer.producer('camera').resume());
          await receiver.sees({ event: 'consumerResumed', peerId: publisher.peerId, source: 'camera' });
          await receiver.expectMovingPicture(publisher.peerId);
        }));

      await test.step('closing a producer and leaving reach the other dialects', async () => {
        await ofAll(async (publisher) => {
          await publisher.page.evaluate(() => window.peer.producer('camera').close());
          await receiver.sees({ event: 'consumerClosed', peerId: publisher.peerId, source: 'camera' });
        });
        await receiver.page.evaluate(() => window.peer.room.leave());
        await ofAll((publisher) => publisher.sees({ event: 'peerClosed', peerId: receiver.peerId }));
        await receiver.page.close();
      });
    });

  console.info(`frames decoded, receiver by publisher: ${JSON.stringify(frames, undefined, 2)}`);
});
