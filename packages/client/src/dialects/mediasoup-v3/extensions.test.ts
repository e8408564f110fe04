import { describe, expect, it } from 'vitest';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';

/** Joins, with Bob's camera and a local data producer, and clears the record of sent messages. */
async function inCall(extensions: string[]) {
  const world = roomWorld();
  world.server.peers = [{ id: 'bob', displayName: 'Bob' }];
  world.server.extensions = extensions;
  await world.room.join();
  const arrived = world.room.waitFor('newConsumer');
  await world.server.offer('c1', { peerId: 'bob' });
  const { consumer } = await arrived;
  const dataProducer = await world.room.produceData();
  world.server.received.length = 0;
  return { ...world, consumer, dataProducer };
}

describe('extensions of a Tureen server', () => {
  it('are used where announced: closeConsumer and closeDataProducer', async () => {
    const { server, consumer, dataProducer } = await inCall(['closeConsumer', 'closeDataProducer']);
    const closed = server.got('closeDataProducer');
    await consumer.close();
    await dataProducer.close();
    await closed;
    expect(server.received).toEqual([
      { method: 'closeConsumer', data: { consumerId: 'c1' } },
      { method: 'closeDataProducer', data: { dataProducerId: dataProducer.id } },
    ]);
  });

  it('are not used elsewhere: the client pauses the consumer, and closes the data channel only', async () => {
    const { server, consumer, dataProducer } = await inCall([]);
    const paused = server.got('pauseConsumer');
    await consumer.close();
    await dataProducer.close();
    await paused;
    expect(server.received).toEqual([{ method: 'pauseConsumer', data: { consumerId: 'c1' } }]);
  });
});
