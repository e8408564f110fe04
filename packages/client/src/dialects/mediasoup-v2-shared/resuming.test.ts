import { describe, expect, it, vi } from 'vitest';
import { type V2DialectName, type V2WorldOptions, v2Dialects, v2World } from '@tureen/testkit/scripted/v2World';
import { fakeTrack, pass } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';
import { v2Consumer } from '@tureen/testkit/scripted/ScriptedV2Server';

interface Holds {
  readonly producers: readonly number[];
  readonly consumers: readonly number[];
}

/** Opens a room with Bob's camera and microphone and a local camera, on a server that keeps disconnected peers. */
async function call(name: V2DialectName, options: V2WorldOptions = {}) {
  const world = v2World(name, { extensions: ['resumeToken', 'closeConsumer'], ...options });
  const { server, room, said, clock, word, notify } = world;
  const join = name === 'mediasoup-v2-beta' ? 'joinRoom' : 'join';
  /** State of the server that differs from the client's. */
  const changed = { producers: new Map<number, object>(), consumers: new Map<number, object>(), isGone: false };
  let tokens = 0;
  server.on(join, ({ resumeToken, holds }) => {
    if (holds !== undefined && (changed.isGone || resumeToken !== `token${tokens}`))
      throw Object.assign(new Error('nothing to resume'), { errorCode: 410 });
    const answer = { ...(server.answerOf(join) as object), resumeToken: `token${++tokens}` };
    if (holds === undefined) return answer;
    const { producers, consumers } = holds as Holds;
    const state = (ids: readonly number[], kept: Map<number, object>, usual: object) =>
      ids.filter((id) => kept.get(id) !== gone).map((id) => ({ id, ...usual, ...kept.get(id) }));
    return {
      ...answer,
      resumed: {
        producers: state(producers, changed.producers, { paused: false }),
        consumers: state(consumers, changed.consumers, { paused: false, producerPaused: false }),
      },
    };
  });
  server.peers = [{ name: 'bob' }];
  await room.join({ displayName: 'Alice' });
  notify('newConsumer', v2Consumer(1000, { peerName: 'bob' }));
  notify('newConsumer', v2Consumer(1010, { peerName: 'bob', kind: 'audio', appData: { source: 'microphone' } }));
  const producer = await room.produce(fakeTrack('video'), { source: 'camera' });
  await said.until((lines) => lines.filter((line) => line.startsWith('newConsumer')).length === 2);
  const [camera, microphone] = [room.consumers.get('1000')!, room.consumers.get('1010')!];
  const drop = async () => {
    await whenDisconnected(room, () => {
      server.drop();
    });
    said.length = 0;
    server.received.length = 0;
  };
  const reconnect = async (delayMs = 100) => {
    const back = room.waitFor('reconnected');
    await pass(clock, delayMs);
    const { resumed } = await back;
    return resumed;
  };
  said.length = 0;
  server.received.length = 0;
  return { ...world, join, word, changed, producer, camera, microphone, drop, reconnect };
}

const gone = {};
const joined = 'stateChanged joined the join was accepted';

describe.each(v2Dialects)('resume after a connection loss in %s', (name) => {
  const isAlpha = name === 'mediasoup-v2-alpha';

  it('continues with the transports and all producers and consumers, without events', async () => {
    const { server, said, engine, drop, reconnect, producer, camera, join, room } = await call(name);
    const { id } = producer;
    const { track } = camera;
    const before = engine.counts;
    await drop();
    expect(await reconnect()).toBe(true);
    expect(server.methods()).toEqual([join]);
    expect(server.last(join)).toMatchObject({
      ...(isAlpha ? {} : { rtpCapabilities: { codecs: expect.any(Array) as unknown[] } }),
      ...(name === 'mediasoup-v2' ? { peerName: 'alice' } : {}),
      appData: { displayName: 'Alice' },
      extensions: ['resumeToken', 'closeConsumer', 'textMessage'],
      resumeToken: 'token1',
      holds: { producers: [Number(id)], consumers: [1000, 1010] },
    });
    expect(said).toEqual([joined, 'reconnected true']);
    expect(engine.counts).toEqual(before);
    expect(producer).toMatchObject({ id, closed: false });
    expect(camera.track).toBe(track);
    expect(room.capabilities.closeConsumer).toBe(true);
  });

  it('resumes repeatedly, each time with the token of the last response', async () => {
    const { server, drop, reconnect, join, room, clock, engine } = await call(name);
    for (const token of ['token1', 'token2', 'token3']) {
      await drop();
      expect(await reconnect()).toBe(true);
      expect(server.last(join).resumeToken).toBe(token);
    }
    await room.leave();
    expect(clock.pending).toBe(0);
    expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
  });

  it('emits missed changes: peers, offers, pauses and closes', async () => {
    const { server, said, changed, drop, reconnect, notify, room } = await call(name);
    await drop();
    changed.consumers.set(1000, gone);
    changed.consumers.set(1010, { producerPaused: true });
    server.peers = [{ name: 'bob' }, { name: 'carol' }];
    await reconnect();
    notify('newConsumer', v2Consumer(2000, { peerName: 'bob' }));
    await said.reaches(6);
    expect(said).toEqual([
      joined,
      'newPeer carol existing=true',
      'consumerClosed 1000 remote',
      'consumerPaused 1010 by=remote',
      'reconnected true',
      'newConsumer 2000 bob',
    ]);
    expect([...room.consumers.keys()]).toEqual(['1010', '2000']);
    await drop();
    server.peers = [{ name: 'carol' }];
    changed.consumers.set(1010, gone).set(2000, gone);
    await reconnect();
    expect(said.filter((line) => line.includes('Closed'))).toEqual([
      'consumerClosed 1010 notRestored',
      'consumerClosed 2000 notRestored',
      'peerClosed bob notRestored',
    ]);
    await whenRead(room, () => {
      notify('newPeer', { name: 'bob' });
    });
    expect([...room.peers.keys()]).toEqual(['carol', 'bob']);
  });

  it('holds notifications that arrive before the response', async () => {
    const { server, said, drop, reconnect, join, notify } = await call(name);
    await drop();
    server.on(join, ({ holds }) => {
      notify('newPeer', { name: 'carol' });
      const { producers, consumers } = holds as Holds;
      const resumed = {
        producers: producers.map((id) => ({ id, paused: false })),
        consumers: consumers.map((id) => ({ id, paused: false, producerPaused: false })),
      };
      return { ...(server.answerOf(join) as object), resumed };
    });
    await reconnect();
    expect(said).toEqual([joined, 'newPeer carol existing=false', 'reconnected true']);
  });

  it('reconciles settings changed meanwhile with the state of the server', async () => {
    const { server, drop, reconnect, changed, producer, camera, microphone, word } = await call(name);
    await microphone.pause();
    await drop();
    const changes = Promise.all([producer.pause(), camera.pause(), microphone.resume()]);
    changed.consumers.set(1010, { paused: true });
    await reconnect();
    await changes;
    expect(server.last(word('pauseProducer')).id).toBe(Number(producer.id));
    expect(server.all(word('pauseConsumer')).map(({ id }) => id)).toEqual([1000]);
    expect(server.all(word('resumeConsumer')).map(({ id }) => id)).toEqual([1010]);
    // The last message before the drop was lost.
    await drop();
    changed.producers.set(Number(producer.id), { paused: false });
    changed.consumers.set(1010, { paused: true }).set(1000, { paused: true });
    await reconnect();
    expect(server.all(word('pauseProducer'))).toHaveLength(1);
    expect(server.all(word('resumeConsumer')).map(({ id }) => id)).toEqual([1010]);
    expect(server.all(word('pauseConsumer'))).toEqual([]);
  });

  it('publishes the producers again that the server did not keep', async () => {
    const { server, engine, drop, reconnect, changed, producer, word } = await call(name);
    const { id } = producer;
    await drop();
    changed.producers.set(Number(id), gone);
    await reconnect();
    expect(server.all(word('createProducer'))).toHaveLength(1);
    expect(producer.id).not.toBe(id);
    expect(producer.closed).toBe(false);
    expect(engine.counts).toMatchObject({ sessions: 1, sendTransports: 1, producers: 1 });
  });

  it('sends a display name that has no place in appData', async () => {
    const { server, drop, reconnect, room } = await call(name);
    await room.leave();
    await room.join({ displayName: 'Alice', appData: 7 });
    await drop();
    await reconnect();
    expect(server.methods()).toContain('change-display-name');
  });
});

describe.each(v2Dialects)('resume in %s', (name) => {
  const isAlpha = name === 'mediasoup-v2-alpha';

  it('does not name a consumer being enabled or a producer being made', async () => {
    const { server, room, said, drop, reconnect, notify, producer, join, engine, word } = await call(name);
    server
      .on(word('createProducer'), () => new Promise(() => {}))
      .on(word('enableConsumer'), () => new Promise(() => {}));
    const producing = room.produce(fakeTrack('audio'));
    await whenRead(room, () => {
      notify('newConsumer', v2Consumer(3000, { peerName: 'bob', appData: { source: 'screen' } }));
    });
    await drop();
    server.on(word('createProducer'), () => ({})).on(word('enableConsumer'), () => server.answerOf('enableConsumer'));
    expect(await reconnect()).toBe(true);
    expect(server.last(join).holds).toEqual({ producers: [Number(producer.id)], consumers: [1000, 1010] });
    // The server offers the consumer again, under another number.
    await whenRead(room, () => {
      notify('newConsumer', v2Consumer(3001, { peerName: 'bob', appData: { source: 'screen' } }));
    });
    await producing;
    expect(room.consumers.get('3001')).toMatchObject({ producerId: 'bob:video:screen', closed: false });
    expect(engine.counts).toMatchObject({ sessions: 1, producers: 2, consumers: 3, waiting: 0 });
    expect(said.filter((line) => line.startsWith('requestFailed'))).toEqual([]);
  });

  it('is skipped before a transport was connected: the room joins without a request to resume', async () => {
    const { server, drop, reconnect, room, join } = await call(name, { engineOptions: { autoConnect: false } });
    await drop();
    expect(await reconnect()).toBe(false);
    expect(server.all(join)).toHaveLength(1);
    expect(server.last(join)).not.toHaveProperty('resumeToken');
    expect(room.consumers.size).toBe(2);
  });

  it('is skipped while the send transport is being replaced', async () => {
    const { server, drop, reconnect, engine, join, producer } = await call(name);
    server
      .on('restartTransport', () => {
        throw new Error('not now');
      })
      .on('createTransport', () => new Promise(() => {}));
    engine.session.sendTransport.setConnectionState('failed');
    await server.sent('createTransport');
    await drop();
    server.on('createTransport', () => server.answerOf('createTransport'));
    expect(await reconnect()).toBe(false);
    expect(server.last(join)).not.toHaveProperty('resumeToken');
    expect(producer.closed).toBe(false);
    expect(engine.counts).toMatchObject({ sessions: 1, sendTransports: 1, producers: 1 });
  });

  it('repeats the token when the connection drops before the response, then joins', async () => {
    const { room, server, said, drop, reconnect, join, changed, clock, engine } = await call(name);
    await drop();
    server.on(join, () => new Promise(() => {}));
    clock.advance(100);
    await server.sent(join);
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.on(join, ({ resumeToken, holds }) => {
      if (holds !== undefined) throw Object.assign(new Error('nothing to resume'), { errorCode: 410 });
      expect(resumeToken).toBeUndefined();
      return server.answerOf(join);
    });
    changed.isGone = true;
    expect(await reconnect(200)).toBe(false);
    expect(server.all(join).map(({ resumeToken }) => resumeToken)).toEqual(['token1', 'token1', undefined]);
    expect(engine.counts).toMatchObject({ sessions: 1, sendTransports: 1, recvTransports: 1, waiting: 0 });
    expect(said.filter((line) => line.startsWith('peer'))).toEqual([]);
  });

  it('joins over the same connection when the server refuses the token', async () => {
    const { server, said, drop, reconnect, changed, join, producer, engine, room, clock } = await call(name);
    const { id } = producer;
    await drop();
    changed.isGone = true;
    const connections = server.connections.length;
    expect(await reconnect()).toBe(false);
    expect(server.connections).toHaveLength(connections + 1);
    expect(server.all(join)).toHaveLength(2);
    expect(said).toEqual([joined, 'reconnected false']);
    expect(producer.id).not.toBe(id);
    expect(engine.counts).toMatchObject({ sessions: 1, sendTransports: 1, recvTransports: 1, producers: 1 });
    await room.leave();
    expect(clock.pending).toBe(0);
    expect(engine.counts.sessions).toBe(0);
  });

  it('is not attempted with a transport that the server has closed', async () => {
    const { server, room, engine, notify, reconnect, join } = await call(name);
    server.received.length = 0;
    await whenRead(room, () => {
      notify('transportClosed', { id: Number(engine.session.sendTransport.id) });
    });
    if (isAlpha && room.state === 'joined') return;
    expect(room.state).toBe('reconnecting');
    expect(await reconnect()).toBe(false);
    expect(server.last(join)).not.toHaveProperty('resumeToken');
  });

  it('is not attempted without a token', async () => {
    const { server, drop, reconnect, join } = await call(name);
    server.on(join, () => server.answerOf(join));
    await drop();
    await reconnect();
    await drop();
    expect(await reconnect()).toBe(false);
    expect(server.all(join)).toHaveLength(1);
    expect(server.last(join)).not.toHaveProperty('resumeToken');
  });

  it('ends the session when a policy of the server refuses the join', async () => {
    const { room, server, said, drop, join, clock } = await call(name);
    await drop();
    server.on(join, () => {
      throw Object.assign(new Error('the room is full'), { errorCode: 403 });
    });
    const left = room.waitFor('left');
    clock.advance(100);
    await left;
    expect(said.at(-1)).toBe('left refused');
  });
});

describe('resume in mediasoup-v2', () => {
  it('sends preferred profiles again, as no response confirms them', async () => {
    const { server, drop, reconnect, camera, changed } = await call('mediasoup-v2');
    await camera.setPreferredLayers({ spatialLayer: 1 });
    await drop();
    const change = camera.setPreferredLayers({ spatialLayer: 0 });
    await reconnect();
    await change;
    expect(server.all('setConsumerPreferredProfile').at(-1)).toMatchObject({ id: 1000, profile: 'low' });
    await drop();
    changed.consumers.set(1000, gone);
    await reconnect();
    expect(server.all('setConsumerPreferredProfile')).toEqual([]);
  });

  it('disables statistics that are no longer requested, and continues the others', async () => {
    const { room, server, drop, reconnect, camera, microphone, notify } = await call('mediasoup-v2');
    camera.enableStats();
    microphone.enableStats();
    const refused = expect(camera.getServerStats()).rejects.toMatchObject({ code: 'connectionLost' });
    await drop();
    await refused;
    camera.disableStats();
    await reconnect();
    expect(
      server
        .all('disableConsumerStats')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([1000, 1010]);
    expect(server.all('enableConsumerStats')).toMatchObject([{ id: 1010, interval: 1000 }]);
    const told = vi.fn();
    microphone.on('stats', told);
    await whenRead(room, () => {
      notify('consumerStats', { id: 1010, stats: [{ type: 'outbound-rtp', timestamp: 1 }] });
    });
    expect(told).toHaveBeenCalledOnce();
  });

  it('is skipped during an ICE restart', async () => {
    const { server, drop, reconnect, room, join } = await call('mediasoup-v2');
    server.on('restartTransport', () => new Promise(() => {}));
    const refused = expect(room.restartIce()).rejects.toMatchObject({ code: 'connectionLost' });
    await drop();
    await refused;
    server.on('restartTransport', () => server.answerOf('restartTransport'));
    expect(await reconnect()).toBe(false);
    expect(server.last(join)).not.toHaveProperty('resumeToken');
    await room.restartIce();
    await drop();
    expect(await reconnect()).toBe(true);
  });
});
