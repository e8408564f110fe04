import { describe, expect, it } from 'vitest';
import { type V2DialectName, v2Dialects, v2World } from '@tureen/testkit/scripted/v2World';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, pass } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';
import { v2Consumer } from '@tureen/testkit/scripted/ScriptedV2Server';

const listOf = (name: V2DialectName) => (name === 'mediasoup-v2-alpha' ? 'senders' : 'consumers');

/** Opens a room with Bob's camera and microphone, and two screens of his that nothing distinguishes. */
async function call(name: V2DialectName) {
  const world = v2World(name);
  const { server, room, said, clock } = world;
  const listed = (first: number) => [
    {
      name: 'bob',
      [listOf(name)]: [
        v2Consumer(first),
        v2Consumer(first + 10, { kind: 'audio', appData: { source: 'microphone' } }),
        v2Consumer(first + 20, { appData: { source: 'screen' } }),
        v2Consumer(first + 30, { appData: { source: 'screen' } }),
      ],
    },
  ];
  server.peers = listed(1000);
  await room.join({ displayName: 'Alice' });
  await said.until((lines) => lines.filter((line) => line.startsWith('newConsumer')).length === 4);
  const byId = (id: number) => {
    const consumer = room.consumers.get(String(id));
    if (consumer === undefined) throw new Error(`there is no consumer ${id}`);
    return consumer;
  };
  const back = async () => {
    await whenDisconnected(room, () => {
      server.drop();
    });
    said.length = 0;
    server.received.length = 0;
    const reconnected = room.waitFor('reconnected');
    await pass(clock, 100);
    await reconnected;
  };
  said.length = 0;
  server.received.length = 0;
  return { ...world, listed, byId, back };
}

describe.each(v2Dialects)('a rejoin in %s', (name) => {
  const isV2 = name === 'mediasoup-v2';
  const isAlpha = name === 'mediasoup-v2-alpha';
  const enable = isAlpha ? 'enableSender' : 'enableConsumer';

  it('keeps every consumer object, matched by peer, kind, source and order', async () => {
    const { server, room, said, byId, back, listed } = await call(name);
    const before = [1000, 1010, 1020, 1030].map(byId);
    server.peers = listed(2000);
    await back();
    expect([2000, 2010, 2020, 2030].map(byId)).toEqual(before);
    expect(before.map(({ id }) => id)).toEqual(['2000', '2010', '2020', '2030']);
    expect(before.map(({ closed }) => closed)).toEqual([false, false, false, false]);
    expect(room.consumers.size).toBe(4);
    expect(said.filter((line) => !line.startsWith('stateChanged') && !line.startsWith('re'))).toEqual([]);
  });

  it('closes consumers that are not offered again within the grace period', async () => {
    const { server, room, said, back, clock } = await call(name);
    server.peers = [{ name: 'bob', [listOf(name)]: [v2Consumer(2000)] }];
    await back();
    expect(room.consumers.get('2000')).toBeDefined();
    clock.advance(5000);
    expect(said.filter((line) => line.startsWith('consumerClosed')).toSorted()).toEqual([
      'consumerClosed 1010 notRestored',
      'consumerClosed 1020 notRestored',
      'consumerClosed 1030 notRestored',
    ]);
  });

  it('requests consumers in the desired state: paused, and in v2 with their layers', async () => {
    const { server, byId, back, listed } = await call(name);
    await byId(1000).pause();
    if (isV2) await byId(1010).setPreferredLayers({ spatialLayer: 1 });
    server.peers = listed(2000);
    await back();
    const [camera, microphone] = server.all(enable);
    if (isAlpha) expect(server.all('stopSender').map(({ id }) => id)).toEqual([2000]);
    else {
      expect(camera).toMatchObject({ id: 2000, paused: true });
      expect(microphone).toMatchObject({ id: 2010, paused: false });
      expect(server.all('pauseConsumer')).toEqual([]);
    }
    if (isV2) {
      expect(microphone).toMatchObject({ preferredProfile: 'medium' });
      expect(camera).not.toHaveProperty('preferredProfile');
    }
    expect(server.all('setConsumerPreferredProfile')).toEqual([]);
  });

  it('produces again under another id, in the desired state', async () => {
    const { server, room, back } = await call(name);
    const producer = await room.produce(fakeTrack('video'), { source: 'camera' });
    const before = producer.id;
    await producer.pause();
    await room.setDisplayName('Alicia');
    await back();
    const produceMethod = isAlpha ? 'createReceiver' : 'createProducer';
    expect(server.last(produceMethod)).toMatchObject({ paused: true, appData: { source: 'camera' } });
    expect(producer.id).toBe(String(server.last(produceMethod).id));
    expect(producer.id).not.toBe(before);
    expect(server.last(name === 'mediasoup-v2-beta' ? 'joinRoom' : 'join').appData).toEqual({ displayName: 'Alicia' });
    expect(server.methods()).not.toContain('change-display-name');
  });

  it('applies settings that changed meanwhile', async () => {
    const { server, room, byId, clock, listed } = await call(name);
    const producer = await room.produce(fakeTrack('audio'));
    const camera = byId(1000);
    server.peers = listed(2000);
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.received.length = 0;
    const changes = Promise.all([producer.pause(), camera.pause(), room.setDisplayName('Alicia')]);
    const reconnected = room.waitFor('reconnected');
    clock.advance(100);
    await reconnected;
    await changes;
    expect(camera.localPaused && producer.paused).toBe(true);
    if (isAlpha) expect(server.all('stopSender')).toHaveLength(1);
    else expect(server.all('enableConsumer')[0]).toMatchObject({ id: 2000, paused: true });
  });

  it('retries while the server still has the former connection', async () => {
    const { server, room, said, clock } = await call(name);
    const joinMethod = name === 'mediasoup-v2-beta' ? 'joinRoom' : 'join';
    let refusals = 2;
    server.on(joinMethod, () => {
      if (refusals-- > 0) throw new Error('duplicated Peer [peerName:"alice"]');
      return server.answerOf(joinMethod);
    });
    await whenDisconnected(room, () => {
      server.drop();
    });
    const reconnected = room.waitFor('reconnected');
    for (const delay of [100, 200, 300]) {
      await pass(clock, delay);
    }
    await reconnected;
    expect(said.filter((line) => line.startsWith('reconnecting'))).toHaveLength(3);
  });

  it('ends the session when a policy of the server refuses it', async () => {
    const { server, room, clock } = await call(name);
    server.on(name === 'mediasoup-v2-beta' ? 'joinRoom' : 'join', () => {
      throw Object.assign(new Error('the room is full'), { errorCode: 403 });
    });
    await whenDisconnected(room, () => {
      server.drop();
    });
    const left = room.waitFor('left');
    clock.advance(100);
    expect(await left).toEqual({ reason: 'refused' });
  });

  it('leaks nothing over many rejoins', async () => {
    const { server, room, engine, clock, back, listed } = await call(name);
    await room.produce(fakeTrack('video'));
    for (let times = 1; times <= 5; times += 1) {
      server.peers = listed(times * 10_000);
      await back();
    }
    expect(engine.counts).toMatchObject({
      sessions: 1,
      sendTransports: 1,
      recvTransports: 1,
      producers: 1,
      consumers: 4,
    });
    await room.leave();
    expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });
});

describe.each(v2Dialects)('a room whose connection drops in %s', (name) => {
  it('consumes again after a drop at each message of consuming', async () => {
    for (const method of ['updateTransport', name === 'mediasoup-v2-alpha' ? 'enableSender' : 'enableConsumer']) {
      const { server, room, clock, said, listed, engine } = await call(name);
      server.on(method, () => new Promise(() => {}));
      await whenRead(room, () => {
        server.notify(
          name === 'mediasoup-v2-alpha' ? 'newSender' : 'newConsumer',
          v2Consumer(9000, { peerName: 'bob' }),
        );
      });
      await whenDisconnected(room, () => {
        server.drop();
      });
      server.on(method, () => ({}));
      server.peers = listed(2000);
      const reconnected = room.waitFor('reconnected');
      await pass(clock, 100);
      await reconnected;
      await expectUnchanged(() => said.filter((line) => line.startsWith('requestFailed')), []);
      expect(engine.counts.consumers).toBe(4);
    }
  });

  it('resolves produce() after the rejoin', async () => {
    const { server, room, clock } = await call(name);
    const produceMethod = name === 'mediasoup-v2-alpha' ? 'createReceiver' : 'createProducer';
    server.on(produceMethod, () => {
      server.on(produceMethod, () => ({}));
      server.drop();
      return new Promise(() => {});
    });
    const lost = room.waitFor('reconnecting');
    const producing = room.produce(fakeTrack('video'));
    await lost;
    clock.advance(100);
    const producer = await producing;
    expect(producer.id).toMatch(/^\d{8}$/);
  });

  it('rejects requestKeyFrame() and sendText() with connectionLost', async () => {
    const { server, room, byId } = await call(name);
    if (!room.capabilities.keyFrameRequest) return;
    server.on('request-consumer-keyframe', () => {
      server.drop();
      return new Promise(() => {});
    });
    await expect(byId(1000).requestKeyFrame()).rejects.toMatchObject({ code: 'connectionLost', retryable: true });
  });
});
