import { describe, expect, it } from 'vitest';
import { TureenError } from '../../shared/errors.ts';
import { Recorder } from '../../shared/Recorder.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, joinedTimers, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenAnswered, whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';
import type { RoomOptions } from '../options.ts';

/** Alice, with a producer, and a consumer of bob's. */
async function inCall(options: Partial<RoomOptions> = {}) {
  const world = roomWorld(options);
  const { room, server, said } = world;
  server.peers = [
    { id: 'bob', displayName: 'Bob' },
    { id: 'carol', displayName: 'Carol' },
  ];
  await room.join({ displayName: 'Alice' });
  const arrived = room.waitFor('newConsumer');
  void server.offer('c1', { peerId: 'bob', producerId: 'bobs-camera' });
  const { consumer } = await arrived;
  const track = fakeTrack('video');
  const producer = await room.produce(track, { source: 'camera' });
  said.length = 0;
  server.received.length = 0;
  return { ...world, consumer, producer, track };
}

describe('leave()', () => {
  it('tells the server, closes everything, then says left; consumers before their peers', async () => {
    const { room, server, engine, clock, said, track } = await inCall();
    const owned = fakeTrack('audio');
    await room.produce(owned, { ownership: 'owned' });
    said.length = 0;
    await room.leave();
    expect(server.methods().at(-1)).toBe('leaveRoom');
    expect(said.map((line) => line.split(' ')[0])).toEqual([
      'stateChanged',
      'producerClosed',
      'producerClosed',
      'consumerClosed',
      'peerClosed',
      'peerClosed',
      'left',
    ]);
    expect(track.readyState).toBe('live');
    expect(owned.readyState).toBe('ended');
    expect(engine.counts).toMatchObject({ sessions: 0, producers: 0, consumers: 0, waiting: 0 });
    expect(server.connection.closed).toBe(true);
    expect(clock.pending).toBe(0);
    expect(room.peers.size + room.consumers.size + room.producers.size).toBe(0);
  });

  it('says leaveCall to a server that knows that name only', async () => {
    const { room, server } = await inCall();
    server.on('leaveRoom', () => {
      throw new Error('unknown request.method "leaveRoom"');
    });
    await room.leave();
    expect(server.methods()).toEqual(['leaveRoom', 'leaveCall']);
  });

  it('waits for a silent server one second and no longer', async () => {
    const { room, server, clock } = await inCall();
    server.on('leaveRoom', () => new Promise(() => {}));
    const left = room.leave();
    expect(room.state).toBe('left');
    await server.sent('leaveRoom');
    clock.advance(1000);
    await left;
    expect(server.connection.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('resolves when the server hangs up instead of answering', async () => {
    const { room, server, clock } = await inCall();
    server.on('leaveRoom', () => {
      server.drop({ by: 'server', code: 4000 });
      return new Promise(() => {});
    });
    await room.leave();
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
  });

  it('does nothing twice, nor when not joined', async () => {
    const { room, said, server } = await inCall();
    await Promise.all([room.leave(), room.leave()]);
    await room.leave();
    expect(said.filter((line) => line.startsWith('left'))).toHaveLength(1);
    expect(server.methods().filter((method) => method === 'leaveRoom')).toHaveLength(1);
    const fresh = roomWorld();
    await fresh.room.leave();
    expect(fresh.room.state).toBe('idle');
  });

  it('rejects what waits with closed', async () => {
    const { room, server, consumer } = await inCall();
    server.on('pauseConsumer', () => new Promise(() => {}));
    const pausing = expect(consumer.pause()).rejects.toMatchObject({ code: 'closed' });
    expect(await consumer.getServerStats()).toEqual([{ type: 'getConsumerStats', timestamp: 1 }]);
    await room.leave();
    await pausing;
  });
});

describe('the server closes', () => {
  it('by roomClosed: told with its reason, then left, and nobody comes back', async () => {
    const { room, server, said, engine, clock } = await inCall();
    server.notify('roomClosed', { reason: 'kicked', appData: { why: 'spam' } });
    server.drop({ by: 'server', code: 4000 });
    await said.reaches(1);
    expect(said[0]).toBe('roomClosed kicked');
    expect(said).toContain('stateChanged left kicked');
    expect(said.at(-1)).toBe('left kicked');
    expect(said.filter((line) => line.startsWith('left'))).toHaveLength(1);
    expect(room.state).toBe('left');
    expect(engine.counts.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('between two requests of a join, and join() rejects with the reason', async () => {
    const { room, server } = roomWorld();
    let transports = 0;
    server.on('createWebRtcTransport', (data) => {
      if (++transports === 2)
        queueMicrotask(() => {
          queueMicrotask(() => {
            server.drop({ by: 'server', code: 4000, reason: 'kicked: spam' });
          });
        });
      return server.answerOf('createWebRtcTransport', data);
    });
    const error = { code: 'closedByServer', reason: 'kicked', closeCode: 4000, retryable: false };
    await expect(room.join()).rejects.toMatchObject(error);
    expect(server.methods()).not.toContain('join');
  });

  it.each(['roomClosed', 'transportClosed'] as const)(
    'leaves the room alone that a listener of %s has joined meanwhile',
    async (event) => {
      const { room, server, said } = await inCall();
      room.on(event, () => {
        void room.leave();
        void room.join();
      });
      await whenRead(room, () => {
        server.notify(event, { reason: 'roomClosed', transportId: 'send-1' });
      });
      expect(room.state).toBe('joined');
      expect(said.filter((line) => line.startsWith('left'))).toEqual(['left left']);
    },
  );

  it.each([
    ['kicked: spam', { reason: 'kicked', detail: 'spam' }],
    ['replaced', { reason: 'replaced' }],
    ['Peer closed: bye', { reason: 'closedByServer', detail: 'Peer closed: bye' }],
  ])('leaves with the word of the close frame %o, and keeps its text', async (reason, payload) => {
    const { room, server } = await inCall();
    const left = room.waitFor('left');
    server.drop({ by: 'server', code: 4000, reason });
    expect(await left).toEqual(payload);
  });

  it('keeps a word of another server, and its text, as the detail of roomClosed and left', async () => {
    const { room, server } = await inCall();
    const ended = Promise.all([room.waitFor('roomClosed'), room.waitFor('left')]);
    server.notify('roomClosed', { reason: 'maintenance', detail: 'back at noon', appData: { a: 1 } });
    const ending = { reason: 'closedByServer', detail: 'maintenance: back at noon' };
    expect(await ended).toEqual([{ ...ending, appData: { a: 1 } }, ending]);
  });

  it('rejects what waits with the code, the reason and the text of the close frame', async () => {
    const { server, consumer } = await inCall();
    server.on('getConsumerStats', () => new Promise(() => {}));
    const asked = server.got('getConsumerStats');
    const stats = consumer.getServerStats();
    await asked;
    server.drop({ by: 'network', code: 1012, reason: 'shuttingDown: back soon' });
    await expect(stats).rejects.toMatchObject({
      code: 'connectionLost',
      reason: 'shuttingDown',
      closeCode: 1012,
      retryable: true,
      message: "the connection closed while 'getConsumerStats' waited: shuttingDown: back soon",
    });
  });

  it('by close code 4000 alone: left, closedByServer', async () => {
    const { room, server, said, clock } = await inCall();
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000 });
    });
    expect(said.at(-1)).toBe('left closedByServer');
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
  });
});

describe('the connection drops', () => {
  it('and the room comes back by itself, with the same objects and only true differences told', async () => {
    const { room, server, said, clock, consumer, producer, engine, track } = await inCall();
    const [bob, oldTrack, oldId] = [room.peers.get('bob'), consumer.track, producer.id];
    server.peers = [{ id: 'bob', displayName: 'Robert' }, { id: 'dave' }];
    await whenDisconnected(room, () => {
      server.drop();
    });
    expect(room.state).toBe('reconnecting');
    expect(said).toEqual([
      'stateChanged reconnecting the connection dropped',
      'reconnecting attempt=1 delayMs=100 the connection dropped',
    ]);
    expect(consumer.track).toBe(oldTrack);
    said.length = 0;
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await said.reaches(5);
    expect(said).toEqual([
      'stateChanged joined the server let us in',
      'peerClosed carol notRestored',
      'peerDisplayNameChanged bob Bob',
      'newPeer dave existing=true',
      'reconnected false',
    ]);
    expect(room.peers.get('bob')).toBe(bob);
    expect(producer.id).not.toBe(oldId);
    expect(producer.track).toBe(track);
    expect(server.methods().filter((method) => method === 'produce')).toHaveLength(1);
    const changed = new Promise((resolve) => consumer.once('trackChanged', resolve));
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });
    await changed;
    expect(consumer).toMatchObject({ id: 'c7', closed: false });
    expect(room.consumers.get('c7')).toBe(consumer);
    expect(room.consumers.size).toBe(1);
    expect(bob?.consumers.get('c7')).toBe(consumer);
    expect(said.filter((line) => line.startsWith('newConsumer'))).toEqual([]);
    expect(engine.counts).toMatchObject({ sessions: 1, producers: 1, consumers: 1 });
    clock.advance(5000);
    expect(consumer.closed).toBe(false);
  });

  it('and drops again as a consumer is on its way back: it comes back with the next, paused as it was', async () => {
    const { room, server, said, clock, consumer, engine } = await inCall();
    await consumer.pause();
    const comesBack = async () => {
      await whenDisconnected(room, () => {
        server.drop();
      });
      const back = room.waitFor('reconnected');
      clock.advance(100);
      await back;
    };
    await comesBack();
    // The connection is closing, and has not said so yet.
    engine.failNext('consume', new TureenError('connectionLost', 'not connected'));
    void server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' }).catch(() => undefined);
    await expectUnchanged(() => said.filter((line) => line.startsWith('requestFailed')), []);
    await comesBack();
    const changed = new Promise((resolve) => consumer.once('trackChanged', resolve));
    await server.offer('c8', { peerId: 'bob', producerId: 'bobs-camera' });
    await changed;
    expect(consumer).toMatchObject({ id: 'c8', closed: false, localPaused: true });
    expect(room.consumers.size).toBe(1);
  });

  it('a peer who had to come back too brings its camera back to the same consumer', async () => {
    const { room, server, clock, consumer, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    said.length = 0;
    await server.offer('c8', { peerId: 'bob', producerId: 'bobs-new-camera' });
    expect(consumer).toMatchObject({ id: 'c8', producerId: 'bobs-new-camera', closed: false });
    await server.offer('c9', { peerId: 'bob', producerId: 'bobs-second-camera' });
    expect(said).toEqual(['newConsumer c9 bob']);
    expect(room.consumers.size).toBe(2);
  });

  it('refuses statistics of a consumer that is not received again yet with invalidState', async () => {
    const { room, server, clock, consumer } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await expect(consumer.getStats()).rejects.toMatchObject({ code: 'invalidState' });
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });
    expect(await consumer.getStats()).toBeInstanceOf(Map);
  });

  it('what does not come back is closed after a while', async () => {
    const { room, server, clock, consumer, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    await whenAnswered(room, 'produce', () => {
      clock.advance(100);
    });
    await back;
    said.length = 0;
    clock.advance(5000);
    expect(said).toEqual(['consumerClosed c1 notRestored']);
    expect(consumer.closed).toBe(true);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('wishes made meanwhile are applied afterwards; questions are rejected', async () => {
    const { room, server, clock, consumer, producer } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const wishes = [
      producer.pause(),
      room.setDisplayName('Alice II'),
      consumer.setPreferredLayers({ spatialLayer: 0 }),
    ];
    const newProducer = room.produce(fakeTrack('audio'), { source: 'microphone' });
    await expect(consumer.getServerStats()).rejects.toMatchObject({ code: 'invalidState' });
    await expect(room.sendText('?')).rejects.toMatchObject({ code: 'invalidState' });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });
    await Promise.all(wishes);
    expect((await newProducer).id).not.toBeNull();
    expect(server.received.find(({ method }) => method === 'join')?.data).toMatchObject({ displayName: 'Alice II' });
    expect(server.methods()).toEqual(expect.arrayContaining(['pauseProducer', 'setConsumerPreferredLayers']));
    expect(server.received.find(({ method }) => method === 'setConsumerPreferredLayers')?.data).toMatchObject({
      consumerId: 'c7',
      spatialLayer: 0,
    });
    expect(producer.paused).toBe(true);
  });

  it('what waited for an answer is rejected, or stays wanted', async () => {
    const { server, clock, consumer, room } = await inCall();
    server.on('pauseConsumer', () => new Promise(() => {}));
    server.on('getConsumerStats', () => new Promise(() => {}));
    const pausing = consumer.pause();
    const stats = expect(consumer.getServerStats()).rejects.toMatchObject({ code: 'connectionLost', retryable: true });
    await server.sent('getConsumerStats');
    server.drop();
    await stats;
    server.on('pauseConsumer', () => ({}));
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });
    await pausing;
    expect(consumer.localPaused).toBe(true);
  });

  it('tries again as the policy says, and gives up when it says so', async () => {
    const { server, clock, said, room, engine } = await inCall();
    server.refusal = new TureenError('connectionFailed', 'down');
    await whenDisconnected(room, () => {
      server.drop();
    });
    for (const delay of [100, 200, 300, 400, 500]) {
      expect(clock.nextIn).toBe(delay);
      const next = Promise.race([room.waitFor('reconnecting'), room.waitFor('left')]);
      clock.advance(delay);
      await next;
    }
    expect(said.filter((line) => line.startsWith('reconnecting'))).toHaveLength(5);
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toBe('left connectionLost');
    expect(engine.counts.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('stays dropped where the policy is null', async () => {
    const { server, said, room } = await inCall({ reconnectPolicy: null });
    await whenDisconnected(room, () => {
      server.drop();
    });
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toBe('left connectionLost');
  });

  it('ends when the server refuses to take it back', async () => {
    const { server, clock, said, room } = await inCall();
    server.on('join', () => {
      throw Object.assign(new Error('full'), { errorCode: 403 });
    });
    await whenDisconnected(room, () => {
      server.drop();
    });
    clock.advance(100);
    await room.waitFor('left');
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toBe('left refused');
  });

  it('leave() stops the coming back', async () => {
    const { server, clock, room, engine, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    await room.leave();
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
    expect(engine.counts.sessions).toBe(0);
    expect(said.at(-1)).toBe('left left');
  });

  it('a transport that the server closed is told, and brought back by joining anew', async () => {
    const { room, server, clock, said, producer } = await inCall();
    const { id } = producer;
    server.notify('transportClosed', { transportId: 'send-1', reason: 'DTLS closed' });
    await said.reaches(1);
    expect(said[0]).toBe('transportClosed send DTLS closed');
    expect(room.state).toBe('reconnecting');
    expect(server.connection.closed).toBe(true);
    await whenAnswered(room, 'produce', () => {
      clock.advance(100);
    });
    expect(room.state).toBe('joined');
    expect(producer.id).not.toBe(id);
    expect(server.connections).toHaveLength(2);
  });

  it('left by a listener as it comes back: nothing is told after left', async () => {
    const { room, server, clock, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    room.on('stateChanged', ({ state }) => {
      if (state === 'joined') void room.leave();
    });
    const left = room.waitFor('left');
    clock.advance(100);
    await left;
    expect(said.at(-1)).toBe('left left');
    expect(said.filter((line) => line.startsWith('reconnected'))).toEqual([]);
  });

  it('again while coming back: one more attempt, nothing twice', async () => {
    const { server, clock, room, said, engine } = await inCall();
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
    expect(room.state).toBe('reconnecting');
    server.on('join', () => ({ peers: server.peers }));
    const back = room.waitFor('reconnected');
    clock.advance(200);
    await back;
    expect(said.filter((line) => line.startsWith('reconnected'))).toHaveLength(1);
    expect(engine.counts.sessions).toBe(1);
  });
});

describe('who speaks', () => {
  it('is told with the peer, with us, or nobody', async () => {
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
  it('restarts both transports with what the server answers', async () => {
    const { room, server } = await inCall();
    await room.restartIce();
    expect(server.methods()).toEqual(['restartIce', 'restartIce']);
  });
});

describe('statistics', () => {
  it('of both transports come from either end, again and again until they are disabled', async () => {
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

  it('of data channels come from the server', async () => {
    const { room, server } = await inCall();
    server.on('getDataProducerStats', ({ dataProducerId }) => [{ type: 'data-producer', dataProducerId }]);
    server.on('getDataConsumerStats', ({ dataConsumerId }) => [{ type: 'data-consumer', dataConsumerId }]);
    const dataProducer = await room.produceData();
    expect(await dataProducer.getServerStats()).toEqual([{ type: 'data-producer', dataProducerId: dataProducer.id }]);
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
    expect(await dataConsumer.getServerStats()).toEqual([{ type: 'data-consumer', dataConsumerId: 'd1' }]);
  });
});
