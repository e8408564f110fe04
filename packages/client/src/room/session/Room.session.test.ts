import { describe, expect, it } from 'vitest';
import { Recorder } from '../../shared/Recorder.ts';
import { joinedTimers } from '@tureen/testkit/scripted/roomWorld';
import { whenRead } from '@tureen/testkit/scripted/waits';
import { inCall } from '../../test-support/roomInCall.ts';

describe('activeSpeaker', () => {
  it('names the remote peer, the local peer, or no peer', async () => {
    const { server, room } = await inCall();
    const heard: unknown[] = [];
    room.on('activeSpeaker', ({ peer, isLocal, volume }) => heard.push([peer?.id ?? null, isLocal, volume]));
    server.notify('activeSpeaker', { peerId: 'bob', volume: -30 });
    server.notify('activeSpeaker', { peerId: 'alice', volume: -20 });
    await whenRead(room, () => {
      server.notify('activeSpeaker', { peerId: null });
    });
    expect(heard).toEqual([
      ['bob', false, -30],
      [null, true, -20],
      [null, false, undefined],
    ]);
  });
});

describe('restartIce()', () => {
  it('restarts both transports with the parameters of the response', async () => {
    const { room, server } = await inCall();
    await room.restartIce();
    expect(server.methods()).toEqual(['restartIce', 'restartIce']);
  });
});

describe('statistics', () => {
  it('are emitted for both transports and from both ends at each interval until disabled', async () => {
    const { room, server, clock, producer } = await inCall();
    const heard = new Recorder();
    room.on('transportStats', ({ direction }) => heard.push(direction));
    room.on('producerStats', ({ producer: one }) => heard.push(one.source));
    room.stats.enable({ intervalMs: 500 });
    producer.enableStats({ intervalMs: 500 });
    await heard.reaches(3);
    clock.advance(500);
    await heard.reaches(6);
    expect(heard.toSorted()).toEqual(['camera', 'camera', 'recv', 'recv', 'send', 'send']);
    const asked = server.received
      .filter(({ method }) => method === 'getTransportStats')
      .map(({ data }) => data.transportId);
    expect(new Set(asked).size).toBe(2);
    room.stats.disable();
    producer.disableStats();
    expect(clock.pending).toBe(joinedTimers);
    expect(await room.stats.get('send')).toBeInstanceOf(Map);
    expect(await room.stats.getServer('recv')).toEqual([{ type: 'getTransportStats', timestamp: 1 }]);
  });

  it('are fetched from the server for data channels', async () => {
    const { room, server } = await inCall();
    server.on('getDataProducerStats', ({ dataProducerId }) => [
      { type: 'data-producer', timestamp: 1, dataProducerId },
    ]);
    server.on('getDataConsumerStats', ({ dataConsumerId }) => [
      { type: 'data-consumer', timestamp: 1, dataConsumerId },
    ]);
    const dataProducer = await room.produceData();
    expect(await dataProducer.getServerStats()).toEqual([
      { type: 'data-producer', timestamp: 1, dataProducerId: dataProducer.id },
    ]);
    const arrived = room.waitFor('newDataConsumer');
    const sctpStreamParameters = { streamId: 0, ordered: true };
    await server.ask('newDataConsumer', {
      id: 'd1',
      peerId: 'bob',
      dataProducerId: 'dp',
      label: '',
      protocol: '',
      appData: {},
      sctpStreamParameters,
    });
    const { dataConsumer } = await arrived;
    expect(await dataConsumer.getServerStats()).toEqual([
      { type: 'data-consumer', timestamp: 1, dataConsumerId: 'd1' },
    ]);
  });
});
