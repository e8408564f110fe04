import { describe, expect, it } from 'vitest';
import { Recorder } from '../../shared/Recorder.ts';
import { consumingWorld } from '@tureen/testkit/scripted/v2World';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, joinedTimers } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';

async function world() {
  const one = await consumingWorld('mediasoup-v2');
  const producer = await one.room.produce(fakeTrack('video'));
  one.server.received.length = 0;
  const heard = new Recorder();
  one.room.on('transportStats', ({ direction, stats }) => heard.push(`${direction} ${JSON.stringify(stats)}`));
  one.room.on('producerStats', ({ producer: { id }, stats }) => heard.push(`${id ?? ''} ${JSON.stringify(stats)}`));
  one.room.on('consumerStats', ({ consumer: { id }, stats }) => heard.push(`${id} ${JSON.stringify(stats)}`));
  const { sendTransport, recvTransport } = one.engine.session;
  return { ...one, producer, heard, sendId: Number(sendTransport.id), recvId: Number(recvTransport.id) };
}

const some = [{ type: 'outbound-rtp', timestamp: 1 }];

describe('getServerStats() in mediasoup-v2', () => {
  it('enables statistics, resolves to the first ones, and disables them', async () => {
    const { consumer, server, notify, clock, heard } = await world();
    const asked = server.got('enableConsumerStats');
    const stats = consumer.getServerStats();
    expect(await asked).toMatchObject({ id: 3333, interval: 1000, target: 'peer', notification: true });
    notify('consumerStats', { id: 3333, peerName: 'bob', stats: some });
    expect(await stats).toEqual(some);
    await server.receives(2);
    expect(server.methods()).toEqual(['enableConsumerStats', 'disableConsumerStats']);
    expect(heard).toEqual([]);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('works for producers and both transports', async () => {
    const { room, producer, server, notify, sendId, recvId } = await world();
    const all = Promise.all([producer.getServerStats(), room.stats.getServer('send'), room.stats.getServer('recv')]);
    await Promise.all([server.sent('enableProducerStats'), server.sent('enableTransportStats', 2)]);
    notify('producerStats', { id: Number(producer.id), peerName: 'alice', stats: some });
    notify('transportStats', { id: recvId, stats: [{ type: 'transport', timestamp: 2 }] });
    notify('transportStats', { id: sendId, stats: [{ type: 'transport', timestamp: 3 }] });
    expect(await all).toEqual([some, [{ type: 'transport', timestamp: 3 }], [{ type: 'transport', timestamp: 2 }]]);
    await server.receives(6);
    expect(server.methods().toSorted()).toEqual([
      'disableProducerStats',
      'disableTransportStats',
      'disableTransportStats',
      'enableProducerStats',
      'enableTransportStats',
      'enableTransportStats',
    ]);
  });

  it('sends one request for two concurrent calls', async () => {
    const { consumer, server, notify } = await world();
    const both = Promise.all([consumer.getServerStats(), consumer.getServerStats()]);
    await server.sent('enableConsumerStats');
    notify('consumerStats', { id: 3333, stats: some });
    expect(await both).toEqual([some, some]);
    await server.receives(2);
    expect(server.methods()).toEqual(['enableConsumerStats', 'disableConsumerStats']);
  });

  it('leaves statistics enabled that were enabled before', async () => {
    const { consumer, server, notify, heard } = await world();
    consumer.enableStats({ intervalMs: 4000 });
    const stats = consumer.getServerStats();
    await server.sent('enableConsumerStats');
    notify('consumerStats', { id: 3333, stats: some });
    expect(await stats).toEqual(some);
    await server.receives(2);
    expect(server.received.map(({ method, data }) => [method, data.interval])).toEqual([
      ['enableConsumerStats', 4000],
      ['enableConsumerStats', 4000],
    ]);
    expect(heard).toHaveLength(1);
  });

  it('rejects for a paused entity with requestTimeout and a hint', async () => {
    const { consumer, server, clock } = await world();
    const stats = expect(consumer.getServerStats()).rejects.toMatchObject({
      code: 'requestTimeout',
      method: 'enableConsumerStats',
      hint: 'Resume the entity. Servers send no statistics of paused ones.',
      retryable: true,
    });
    await server.sent('enableConsumerStats');
    clock.advance(10_000);
    await stats;
    await server.receives(3);
    expect(server.methods().toSorted()).toEqual(['disableConsumerStats', 'enableConsumerStats', 'queryRoom']);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('rejects with connectionLost when the connection drops, and with closed when the room is left', async () => {
    const dropped = await world();
    const lost = expect(dropped.consumer.getServerStats()).rejects.toMatchObject({
      code: 'connectionLost',
      retryable: true,
    });
    await dropped.server.sent('enableConsumerStats');
    dropped.server.drop();
    await lost;
    const left = await world();
    const closed = expect(left.consumer.getServerStats()).rejects.toMatchObject({ code: 'closed' });
    await left.server.sent('enableConsumerStats');
    await left.room.leave();
    await closed;
    expect(left.clock.pending).toBe(0);
  });
});

describe('enableStats() in mediasoup-v2', () => {
  it('lets the server send statistics, and emits each until disabled', async () => {
    const { room, consumer, producer, server, notify, heard, sendId, recvId, clock } = await world();
    room.stats.enable({ intervalMs: 2000 });
    consumer.enableStats();
    producer.enableStats();
    await server.receives(4);
    expect(server.received.map(({ method, data }) => `${method} ${String(data.interval)}`)).toEqual([
      'enableTransportStats 2000',
      'enableTransportStats 2000',
      'enableConsumerStats 1000',
      'enableProducerStats 1000',
    ]);
    // The client requests nothing here, so no timer runs.
    expect(clock.pending).toBe(joinedTimers);
    for (let times = 0; times < 2; times += 1) {
      notify('transportStats', { id: sendId, stats: some });
      notify('transportStats', { id: recvId, stats: [] });
      notify('consumerStats', { id: 3333, stats: some });
      notify('producerStats', { id: Number(producer.id), stats: some });
    }
    await heard.reaches(8);
    await expectUnchanged(() => heard.length, 8);
    expect(heard.slice(0, 2)).toEqual([`send ${JSON.stringify(some)}`, 'recv []']);
    server.received.length = 0;
    room.stats.disable();
    consumer.disableStats();
    producer.disableStats();
    producer.disableStats();
    await server.receives(4);
    expect(server.methods()).toEqual([
      'disableTransportStats',
      'disableTransportStats',
      'disableConsumerStats',
      'disableProducerStats',
    ]);
  });

  it('enables statistics again after a rejoin, for the new ids', async () => {
    const { room, consumer, producer, server, clock } = await world();
    room.stats.enable();
    producer.enableStats();
    consumer.enableStats();
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.received.length = 0;
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await server.sent('enableProducerStats');
    const enabled = server.received.filter(({ method }) => method.endsWith('Stats'));
    expect(enabled.map(({ method }) => method)).toEqual([
      'enableTransportStats',
      'enableTransportStats',
      'enableProducerStats',
    ]);
    expect(enabled[2]?.data.id).toBe(Number(producer.id));
  });

  it('waits for the rejoin while reconnecting', async () => {
    const { room, producer, server, clock } = await world();
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.received.length = 0;
    producer.enableStats();
    const back = room.waitFor('reconnected');
    const enabled = server.got('enableProducerStats');
    clock.advance(100);
    await Promise.all([back, enabled]);
    expect(server.all('enableProducerStats')).toHaveLength(1);
    await room.leave();
    expect(clock.pending).toBe(0);
  });

  it.each([0, 249, -1, NaN])('rejects an interval of %s ms with invalidArgument', async (intervalMs) => {
    const { consumer, server } = await world();
    expect(() => {
      consumer.enableStats({ intervalMs });
    }).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
    await expectUnchanged(() => server.received, []);
  });

  it('sends nothing for an entity that has closed', async () => {
    const { room, consumer, producer, server, notify, heard } = await world();
    consumer.enableStats();
    producer.enableStats();
    await Promise.all([server.sent('enableConsumerStats'), server.sent('enableProducerStats')]);
    server.received.length = 0;
    await whenRead(room, () => {
      notify('consumerClosed', { id: 3333, peerName: 'bob' });
    });
    await producer.close();
    notify('consumerStats', { id: 3333, stats: some });
    await server.receives(1);
    expect(server.methods()).toEqual(['closeProducer']);
    expect(heard).toEqual([]);
  });

  it('emits statistics that a server sends without a request', async () => {
    const { room, notify, heard } = await world();
    await whenRead(room, () => {
      notify('consumerStats', { id: 3333, stats: some });
    });
    expect(heard).toEqual([`3333 ${JSON.stringify(some)}`]);
  });
});
