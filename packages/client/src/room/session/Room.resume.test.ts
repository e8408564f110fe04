import { describe, expect, it } from 'vitest';
import { fakeTrack, joinedTimers, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';

type Resumed = {
  producers?: { id: string; paused: boolean }[];
  consumers?: { id: string; paused: boolean; producerPaused: boolean }[];
  dataProducers?: string[];
  dataConsumers?: string[];
};

const gone = () => Object.assign(new Error('nothing to resume'), { errorCode: 410 });

const ofData = ['closeDataConsumer', 'pauseDataConsumer', 'resumeDataConsumer'];

/**
 * Opens Alice's room with a producer and a consumer of Bob's, on a server that assigns tokens `t1`, `t2`, … and resumes as
 * `resumes` says.
 */
async function inCall() {
  const world = roomWorld();
  const { room, server, said, clock } = world;
  server.peers = [
    { id: 'bob', displayName: 'Bob' },
    { id: 'carol', displayName: 'Carol' },
  ];
  let tokens = 0;
  const plan: { resumes: Resumed | null } = { resumes: { producers: [], consumers: [] } };
  server.on('join', ({ resumeToken }) => {
    if (resumeToken !== undefined && (plan.resumes === null || resumeToken !== `t${tokens}`)) throw gone();
    tokens += 1;
    const resumed = {
      producers: [],
      consumers: [],
      dataProducers: [],
      dataConsumers: [],
      ...plan.resumes,
    };
    return {
      peers: server.peers,
      extensions: ['resumeToken', 'textMessage', 'producePaused', 'closeConsumer', 'closeDataProducer', ...ofData],
      resumeToken: `t${tokens}`,
      ...(resumeToken === undefined ? {} : { resumed }),
    };
  });
  await room.join({ displayName: 'Alice' });
  const arrived = room.waitFor('newConsumer');
  void server.offer('c1', { peerId: 'bob', producerId: 'bobs-camera' });
  const { consumer } = await arrived;
  const track = fakeTrack('video');
  const producer = await room.produce(track, { source: 'camera' });
  const producerId = producer.id ?? '';
  plan.resumes = {
    producers: [{ id: producerId, paused: false }],
    consumers: [{ id: 'c1', paused: false, producerPaused: false }],
  };
  said.length = 0;
  server.received.length = 0;
  /** Drops the connection and reconnects. */
  const reconnect = async () => {
    if (!server.connection.closed)
      await whenDisconnected(room, () => {
        server.drop();
      });
    const back = room.waitFor('reconnected');
    await pass(clock, 100);
    const { resumed } = await back;
    return resumed;
  };
  return { ...world, consumer, producer, producerId, track, plan, reconnect };
}

describe('a resume that the server accepts', () => {
  it('closes entities at the server that the app closed during the resume, and does not list earlier ones', async () => {
    for (const when of ['before', 'meanwhile'] as const) {
      const { server, room, consumer, producer, producerId, plan, reconnect } = await inCall();
      const dataProducer = await room.produceData();
      plan.resumes = { ...plan.resumes, dataProducers: [dataProducer.id ?? ''] };
      server.received.length = 0;
      const close = () => Promise.all([producer.close(), consumer.close(), dataProducer.close()]);
      const stop = room.trace(({ direction, kind, method }) => {
        if (direction === 'out' && kind === 'request' && method === 'join') stop();
        if (when === 'meanwhile' && method === 'join') void close();
      });
      if (when === 'before') {
        plan.resumes = {};
        room.once('reconnecting', () => void close());
      }
      expect(await reconnect()).toBe(true);
      const [join, ...rest] = server.received;
      const held = { producers: [producerId], consumers: ['c1'], dataProducers: [dataProducer.id] };
      const none = { producers: [], consumers: [], dataProducers: [] };
      expect(join?.data.holds).toEqual({ ...(when === 'before' ? none : held), dataConsumers: [] });
      expect(rest.map(({ method, data }) => [method, ...Object.values(data)])).toEqual(
        when === 'before'
          ? []
          : [
              ['closeConsumer', 'c1'],
              ['closeProducer', producerId],
              ['closeDataProducer', dataProducer.id],
            ],
      );
    }
  });

  it('comes first, with the token and the resumable IDs, and creates and emits nothing', async () => {
    const { room, server, said, consumer, producer, producerId, engine, reconnect } = await inCall();
    const { track } = consumer;
    expect(await reconnect()).toBe(true);
    expect(server.received).toEqual([
      {
        method: 'join',
        data: expect.objectContaining({
          displayName: 'Alice',
          resumeToken: 't1',
          holds: { producers: [producerId], consumers: ['c1'], dataProducers: [], dataConsumers: [] },
        }) as object,
      },
    ]);
    expect(said).toEqual([
      'stateChanged reconnecting the connection dropped',
      'reconnecting attempt=1 delayMs=100 the connection dropped',
      'stateChanged joined the join was accepted',
      'reconnected true',
    ]);
    expect(consumer).toMatchObject({ id: 'c1', closed: false });
    expect(consumer.track).toBe(track);
    expect(producer.id).toBe(producerId);
    expect(room.capabilities).toMatchObject({ text: true, closeConsumer: true });
    expect(engine.counts).toMatchObject({ sessions: 1, producers: 1, consumers: 1 });
  });

  it('works repeatedly, with requests and notifications over each new connection', async () => {
    const { room, server, consumer, producer, reconnect } = await inCall();
    expect(await reconnect()).toBe(true);
    expect(await reconnect()).toBe(true);
    expect(server.received.map(({ data }) => data.resumeToken)).toEqual(['t1', 't2']);
    await whenRead(room, () => {
      server.notify('consumerPaused', { consumerId: 'c1' });
    });
    expect(consumer.remotePaused).toBe(true);
    await producer.pause();
    await room.sendText('still here');
    expect(server.methods().slice(2)).toEqual(['pauseProducer', 'textMessage']);
  });

  it('emits only the changes since the drop', async () => {
    const { server, said, consumer, plan, reconnect } = await inCall();
    plan.resumes = { ...plan.resumes, consumers: [{ id: 'c1', paused: false, producerPaused: true }] };
    server.peers = [
      { id: 'bob', displayName: 'Robert' },
      { id: 'dave', displayName: 'Dave' },
    ];
    expect(await reconnect()).toBe(true);
    expect(said.slice(2)).toEqual([
      'stateChanged joined the join was accepted',
      'peerClosed carol notRestored',
      'peerDisplayNameChanged bob Bob',
      'newPeer dave existing=true',
      'consumerPaused c1 by=remote',
      'reconnected true',
    ]);
    expect(consumer.remotePaused).toBe(true);
  });

  it('closes a consumer that the server no longer has, and restores one that the server offers again', async () => {
    const { room, server, said, consumer, plan, reconnect, clock } = await inCall();
    plan.resumes = { ...plan.resumes, consumers: [] };
    await reconnect();
    expect(said).toContain('consumerClosed c1 remote');
    expect(consumer.closed).toBe(true);
    await server.offer('c2', { peerId: 'bob', producerId: 'bobs-camera' });
    expect(room.consumers.get('c2')).toBeDefined();
    expect(room.consumers.get('c2')).not.toBe(consumer);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('publishes a producer again that the server no longer has', async () => {
    const { server, producer, producerId, plan, reconnect, engine, said } = await inCall();
    plan.resumes = { ...plan.resumes, producers: [] };
    await reconnect();
    expect(server.methods()).toEqual(['join', 'produce']);
    expect(producer.id).not.toBe(producerId);
    expect(engine.counts.producers).toBe(1);
    expect(said.filter((line) => line.startsWith('producerClosed'))).toEqual([]);
  });

  it('sends the settings for which the server has another value', async () => {
    const { server, consumer, producer, plan, reconnect, room } = await inCall();
    server.on('pauseProducer', () => new Promise(() => {}));
    const asked = server.got('pauseProducer');
    const pausing = producer.pause();
    await asked;
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.on('pauseProducer', () => ({}));
    const stopping = consumer.pause();
    const naming = room.setDisplayName('Alice II');
    expect(await reconnect()).toBe(true);
    await Promise.all([pausing, stopping, naming]);
    expect(server.received.find(({ method }) => method === 'join')?.data).toMatchObject({ displayName: 'Alice II' });
    expect(server.methods()).toEqual(['pauseProducer', 'join', 'pauseConsumer', 'pauseProducer']);
    // Both requests had reached the server; the responses were lost.
    plan.resumes = {
      producers: [{ id: producer.id ?? '', paused: true }],
      consumers: [{ id: 'c1', paused: true, producerPaused: false }],
    };
    server.received.length = 0;
    expect(await reconnect()).toBe(true);
    expect(server.methods()).toEqual(['join']);
    // The server still applies a pause whose end never reached it.
    const resuming = consumer.resume();
    await resuming;
    server.received.length = 0;
    expect(await reconnect()).toBe(true);
    expect(server.methods()).toEqual(['join', 'resumeConsumer']);
  });

  it.each([
    ['still pauses', true, []],
    ['has resumed', false, ['producerResumed']],
  ])('keeps the state of a server that paused the producer before, and %s it', async (_, paused, lines) => {
    const { room, server, said, producer, producerId, plan, reconnect } = await inCall();
    await whenRead(room, () => {
      server.notify('producerPaused', { producerId, by: 'server' });
    });
    expect(producer.paused).toBe(true);
    plan.resumes = { ...plan.resumes, producers: [{ id: producerId, paused }] };
    said.length = 0;
    expect(await reconnect()).toBe(true);
    expect([producer.paused, server.methods()]).toEqual([paused, ['join']]);
    expect(said.map((line) => line.split(' ')[0]).filter((name) => name?.startsWith('producer'))).toEqual(lines);
  });

  it('produces a pending track once, and does not list it', async () => {
    const { room, server, producerId, clock, engine } = await inCall();
    server.on('produce', () => new Promise(() => {}));
    const producing = room.produce(fakeTrack('audio'), { source: 'microphone' });
    await server.sent('produce');
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.on('produce', () => ({ id: 'second' }));
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    expect((await producing).id).toBe('second');
    expect(server.received.find(({ method }) => method === 'join')?.data.holds).toMatchObject({
      producers: [producerId],
    });
    expect(server.methods()).toEqual(['produce', 'join', 'produce']);
    expect(engine.counts.producers).toBe(2);
    expect(room.producers.size).toBe(2);
  });

  it('does not list a producer whose produce request timed out', async () => {
    const { room, server, producerId, clock, said } = await inCall();
    server.on('produce', () => new Promise(() => {}));
    const producing = expect(room.produce(fakeTrack('audio'))).rejects.toMatchObject({ code: 'requestTimeout' });
    await server.sent('produce');
    const lost = room.waitFor('reconnecting');
    await pass(clock, 20_000);
    await producing;
    await lost;
    const back = room.waitFor('reconnected');
    clock.advance(100);
    expect(await back).toEqual({ resumed: true });
    expect(said[0]).toBe("stateChanged reconnecting 'produce' got no response");
    expect(server.received.at(-1)?.data.holds).toMatchObject({ producers: [producerId] });
    expect(room.producers.size).toBe(1);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('receives a pending consumer with the offer that follows', async () => {
    const { room, server, clock, engine, said } = await inCall();
    void server.offer('c2', { peerId: 'carol', producerId: 'carols-camera' });
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    const [, answer] = await Promise.all([
      room.waitFor('newConsumer'),
      server.offer('c3', { peerId: 'carol', producerId: 'carols-camera' }),
    ]);
    expect(answer.ok).toBe(true);
    expect([...room.consumers.keys()]).toEqual(['c1', 'c3']);
    expect(engine.counts.consumers).toBe(2);
    expect(said.filter((line) => /requestFailed|consumerClosed/.test(line))).toEqual([]);
  });

  it('sends the close, subscribe or unsubscribe of a data consumer that the app requested meanwhile', async () => {
    const { room, server, plan, reconnect, engine } = await inCall();
    for (const id of ['d1', 'd2', 'd3']) {
      const sctpStreamParameters = { streamId: Number(id.slice(1)) };
      await server.ask('newDataConsumer', { id, peerId: 'bob', dataProducerId: `bobs-${id}`, sctpStreamParameters });
    }
    const [first, second, third] = [...(room.peers.get('bob')?.dataConsumers.values() ?? [])];
    await first?.setSubscribed(false);
    plan.resumes = { ...plan.resumes, dataConsumers: ['d1', 'd2', 'd3'] };
    server.received.length = 0;
    const stop = room.trace(({ direction, method }) => {
      if (method !== 'join' || direction !== 'out') return;
      stop();
      void first?.setSubscribed(true);
      void second?.setSubscribed(false);
      void third?.close();
    });
    expect(await reconnect()).toBe(true);
    const [join, ...rest] = server.received;
    expect(join?.data.holds).toMatchObject({ dataConsumers: ['d1', 'd2', 'd3'] });
    expect(rest.map(({ method, data }) => [method, ...Object.values(data)])).toEqual([
      ['resumeDataConsumer', 'd1'],
      ['pauseDataConsumer', 'd2'],
      ['closeDataConsumer', 'd3'],
    ]);
    expect(engine.counts.dataConsumers).toBe(2);
    expect([first?.subscribed, second?.subscribed, third?.closed]).toEqual([true, false, true]);
  });

  it('keeps data channels open, and closes one that was closed meanwhile', async () => {
    const { room, server, plan, reconnect, said } = await inCall();
    const dataProducer = await room.produceData({ label: 'chat' });
    for (const id of ['d1', 'd2']) {
      await server.ask('newDataConsumer', {
        id,
        peerId: 'bob',
        dataProducerId: `bobs-${id}`,
        sctpStreamParameters: { streamId: 1 },
        label: id,
        protocol: '',
        appData: {},
      });
    }
    const { id } = dataProducer;
    plan.resumes = { ...plan.resumes, dataProducers: [id ?? ''], dataConsumers: ['d2'] };
    said.length = 0;
    server.received.length = 0;
    expect(await reconnect()).toBe(true);
    expect(server.received[0]?.data.holds).toMatchObject({ dataProducers: [id], dataConsumers: ['d1', 'd2'] });
    expect(server.methods()).toEqual(['join']);
    expect(said).toContain('dataConsumerClosed d1 remote');
    expect(dataProducer).toMatchObject({ id, closed: false, readyState: 'open' });
  });
});

describe('a resume that the server refuses', () => {
  it('is followed by a join over the same connection, while media flows until then', async () => {
    const { room, server, plan, reconnect, producer, producerId, consumer, engine } = await inCall();
    plan.resumes = null;
    expect(await reconnect()).toBe(false);
    expect(server.connections).toHaveLength(2);
    expect(server.methods()).toEqual([
      'join',
      'getRouterRtpCapabilities',
      'createWebRtcTransport',
      'createWebRtcTransport',
      'join',
      'connectWebRtcTransport',
      'connectWebRtcTransport',
      'produce',
    ]);
    expect(producer.id).not.toBe(producerId);
    await server.offer('c2', { peerId: 'bob', producerId: 'bobs-camera' });
    expect(consumer).toMatchObject({ id: 'c2', closed: false });
    expect(engine.counts).toMatchObject({ sessions: 1, producers: 1, consumers: 1 });
    expect(room.peers.size).toBe(2);
  });

  it('is repeated when its response was lost, and followed by a join when the token is used up', async () => {
    const { server, room, clock } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.on('join', () => {
      server.drop();
      return {};
    });
    const again = room.waitFor('reconnecting');
    clock.advance(100);
    await again;
    server.on('join', ({ resumeToken }) => {
      if (resumeToken !== undefined) throw gone();
      return { peers: server.peers };
    });
    const back = room.waitFor('reconnected');
    clock.advance(200);
    expect(await back).toEqual({ resumed: false });
    expect(server.received.flatMap(({ method, data }) => (method === 'join' ? [data.resumeToken] : []))).toEqual([
      't1',
      't1',
      undefined,
    ]);
  });

  it('is not requested after the server closed a transport', async () => {
    const { server, room, clock } = await inCall();
    await whenRead(room, () => {
      server.notify('transportClosed', { transportId: 'send-1', reason: 'DTLS closed' });
    });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    expect(await back).toEqual({ resumed: false });
    expect(server.received.every(({ data }) => data.resumeToken === undefined)).toBe(true);
  });

  it('is not requested when the connection dropped while a transport connected', async () => {
    const { room, server, clock } = roomWorld();
    server.on('join', () => ({ peers: [], extensions: ['resumeToken'], resumeToken: 't1' }));
    server.on('connectWebRtcTransport', () => new Promise(() => {}));
    await room.join();
    void room.produce(fakeTrack('audio'));
    await server.got('connectWebRtcTransport');
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.received.length = 0;
    const back = room.waitFor('reconnected');
    clock.advance(100);
    expect(await back).toEqual({ resumed: false });
    expect(server.methods()[0]).toBe('getRouterRtpCapabilities');
  });
});

describe('a resume that waits for its response', () => {
  it('ends with leave(), which leaves nothing open', async () => {
    const { room, server, clock, engine, said } = await inCall();
    server.on('join', () => new Promise(() => {}));
    await whenDisconnected(room, () => {
      server.drop();
    });
    clock.advance(100);
    await server.receives(1);
    expect(server.methods()).toEqual(['join']);
    await room.leave();
    expect(room.state).toBe('left');
    expect(said.at(-1)).toBe('left left');
    expect(engine.counts).toMatchObject({ sessions: 0, producers: 0, consumers: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('ends when a listener of an event leaves', async () => {
    const { room, server, said, engine, clock } = await inCall();
    server.peers = [];
    let leaving: Promise<void> | undefined;
    room.on('peerClosed', () => {
      leaving = room.leave();
    });
    await whenDisconnected(room, () => {
      server.drop();
    });
    const left = room.waitFor('left');
    clock.advance(100);
    await left;
    expect(said.at(-1)).toBe('left left');
    await leaving;
    expect(engine.counts).toMatchObject({ sessions: 0, producers: 0, consumers: 0 });
    expect(clock.pending).toBe(0);
  });
});
