import { describe, expect, it, vi } from 'vitest';
import { TureenError } from '../../shared/errors.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenRead } from '@tureen/testkit/scripted/waits';
import { fakeTrack, joinedTimers, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import type { RoomOptions } from '../options.ts';
import { ConsumerController } from './ConsumerController.ts';

async function joined(options: Partial<RoomOptions> = {}) {
  const world = roomWorld(options);
  world.server.peers = [{ id: 'bob', displayName: 'Bob' }];
  await world.room.join();
  world.said.length = 0;
  world.server.received.length = 0;
  return world;
}

async function withConsumer(options: Partial<RoomOptions> = {}) {
  const world = await joined(options);
  const arrived = world.room.waitFor('newConsumer');
  const answer = await world.server.offer('c1', { peerId: 'bob', source: 'camera' });
  const { consumer } = await arrived;
  world.said.length = 0;
  world.server.received.length = 0;
  return { ...world, consumer, answer };
}

describe('newConsumer', () => {
  it('emits newConsumer once the track is there, and accepts the offer', async () => {
    const { room, consumer, answer } = await withConsumer();
    expect(answer.ok).toBe(true);
    expect(consumer).toMatchObject({
      id: 'c1',
      kind: 'video',
      source: 'camera',
      paused: false,
      subscribed: true,
      supported: true,
    });
    expect(consumer.track?.readyState).toBe('live');
    expect(room.consumers.get('c1')).toBe(consumer);
    expect(room.peers.get('bob')?.consumers.get('c1')).toBe(consumer);
    expect(room.peers.get('bob')?.consumerOf('camera')).toBe(consumer);
  });

  it('waits for the newPeer notification of its peer', async () => {
    const { server, room, said } = await joined();
    const arrived = room.waitFor('newConsumer');
    void server.offer('c9', { peerId: 'zoe' });
    await expectUnchanged(() => said, []);
    server.notify('newPeer', { id: 'zoe', displayName: 'Zoe' });
    await arrived;
    expect(said).toEqual(['newPeer zoe existing=false', 'newConsumer c9 zoe']);
  });

  it('is canceled by a consumerClosed that arrives while the room subscribes', async () => {
    const { room, server, engine, said } = await joined();
    const hold = engine.hold('consume');
    const answer = server.offer('c1', { peerId: 'bob' });
    await hold.reached();
    await whenRead(room, () => {
      server.notify('consumerClosed', { consumerId: 'c1' });
    });
    hold.release();
    expect((await answer).ok).toBe(true);
    await expectUnchanged(() => said, []);
    expect(engine.counts.consumers).toBe(0);
  });

  it('creates no consumer when consumerClosed arrives before the offer, or before the peer', async () => {
    const { server, engine, said } = await joined();
    server.notify('consumerClosed', { consumerId: 'c1' });
    expect((await server.offer('c1', { peerId: 'bob' })).ok).toBe(true);
    void server.offer('c2', { peerId: 'zoe' });
    server.notify('consumerClosed', { consumerId: 'c2' });
    server.notify('newPeer', { id: 'zoe' });
    await said.reaches(1);
    expect(said).toEqual(['newPeer zoe existing=false']);
    expect(engine.counts.consumers).toBe(0);
  });

  it.each(['before', 'after'])('checks no other consumer for an offer %s a reconnect', async (when) => {
    const { room, server, clock } = roomWorld();
    server.peers = [{ id: 'bob' }];
    await room.join();
    const offerAll = async () => {
      for (let n = 0; n < 50; n += 1) await server.offer(`c${n}`, { peerId: 'bob', producerId: `p${n}` });
    };
    await offerAll();
    if (when === 'after') {
      const reconnected = room.waitFor('reconnected');
      const reconnecting = room.waitFor('reconnecting');
      server.drop();
      await reconnecting;
      clock.advance(100);
      await reconnected;
      await offerAll();
      // Removes the restored consumers from the list of lost ones.
      await server.offer('next', { peerId: 'bob', producerId: 'next' });
    }
    const reads = vi.spyOn(ConsumerController.prototype, 'hasSession', 'get');
    await server.offer('last', { peerId: 'bob', producerId: 'last' });
    expect(reads.mock.calls.length).toBeLessThan(5);
    reads.mockRestore();
  });

  it('ignores a duplicate offer', async () => {
    const { server, engine, said } = await withConsumer();
    expect((await server.offer('c1', { peerId: 'bob' })).ok).toBe(true);
    expect(said).toEqual([]);
    expect(engine.counts.consumers).toBe(1);
  });

  it('refuses and reports an offer that cannot be consumed, and accepts the next offer', async () => {
    const { server, engine, said, room } = await joined();
    engine.failNext('consume', new TureenError('mediaFailed', 'bad SDP'));
    const answer = await server.offer('c1', { peerId: 'bob' });
    expect(answer).toMatchObject({ ok: false, errorReason: 'bad SDP' });
    expect(said).toEqual(['requestFailed newConsumer error=mediaFailed']);
    expect(room.consumers.size).toBe(0);
    expect((await server.offer('c2', { peerId: 'bob' })).ok).toBe(true);
  });

  it('refuses an invalid offer with the name of the invalid field', async () => {
    const { server, said } = await joined();
    const answer = await server.ask('newConsumer', {
      id: 'c1',
      peerId: 'bob',
      producerId: 'p',
      kind: 'smell',
      rtpParameters: { codecs: [] },
    });
    expect(answer).toMatchObject({ ok: false, errorCode: 400, errorReason: expect.stringContaining('kind') });
    expect(said).toEqual([]);
  });

  it('starts paused when the remote peer has paused the producer', async () => {
    const { server, room } = await joined();
    const arrived = room.waitFor('newConsumer');
    void server.offer('c1', { peerId: 'bob', producerPaused: true });
    const { consumer } = await arrived;
    expect(consumer).toMatchObject({ paused: true, remotePaused: true, localPaused: false });
  });
});

describe('notification about a consumer', () => {
  it('emits paused and resumed on room and consumer only when the state changes', async () => {
    const { server, said, consumer } = await withConsumer();
    const own: string[] = [];
    consumer.on('paused', ({ by }) => own.push(`paused ${by}`));
    consumer.on('resumed', ({ by }) => own.push(`resumed ${by}`));
    for (const method of ['consumerPaused', 'consumerPaused', 'consumerResumed', 'consumerResumed'])
      server.notify(method, { consumerId: 'c1' });
    await said.reaches(2);
    await expectUnchanged(() => said, ['consumerPaused c1 by=remote', 'consumerResumed c1 by=remote']);
    expect(own).toEqual(['paused remote', 'resumed remote']);
  });

  it('keeps the consumer paused while either end pauses it', async () => {
    const { server, consumer, said } = await withConsumer();
    await consumer.pause();
    server.notify('consumerPaused', { consumerId: 'c1' });
    await said.reaches(2);
    await consumer.resume();
    expect(consumer).toMatchObject({ paused: true, localPaused: false, remotePaused: true });
  });

  it('updates layers and score', async () => {
    const { server, consumer, said } = await withConsumer();
    server.notify('consumerLayersChanged', { consumerId: 'c1', spatialLayer: 1, temporalLayer: 2 });
    server.notify('consumerScore', { consumerId: 'c1', score: { score: 9, producerScore: 8, producerScores: [7, 8] } });
    await said.reaches(2);
    expect(consumer.currentLayers).toEqual({ spatialLayer: 1, temporalLayer: 2 });
    expect(consumer.score).toEqual({ score: 9, producerScore: 8, producerScores: [7, 8] });
    server.notify('consumerLayersChanged', { consumerId: 'c1' });
    await said.reaches(3);
    expect(consumer.currentLayers).toBeNull();
    expect(said.map((line) => line.split(' ')[0])).toEqual([
      'consumerLayersChanged',
      'consumerScore',
      'consumerLayersChanged',
    ]);
  });

  it('closes the consumer and its media', async () => {
    const { server, consumer, said, engine, room } = await withConsumer();
    server.notify('consumerClosed', { consumerId: 'c1' });
    server.notify('consumerClosed', { consumerId: 'c1' });
    await said.reaches(1);
    expect(consumer.closed).toBe(true);
    expect(consumer.track).toBeNull();
    await expectUnchanged(() => said, ['consumerClosed c1 remote']);
    expect(engine.counts.consumers).toBe(0);
    expect(room.peers.get('bob')?.consumers.size).toBe(0);
  });

  it('is ignored for an unknown ID, an unknown method and an invalid payload', async () => {
    const { server, said, room } = await withConsumer();
    server.notify('consumerPaused', { consumerId: 'other' });
    server.notify('weather', { sunny: true });
    server.notify('consumerPaused', { consumerId: 12 });
    server.notify('newPeer', {});
    const answer = await server.ask('weather', {});
    expect(answer).toMatchObject({ ok: false, errorReason: expect.stringContaining('weather') });
    expect(said).toEqual([]);
    expect(room.state).toBe('joined');
  });

  it('is accepted as a request too, and acknowledged', async () => {
    const { server, consumer } = await withConsumer();
    expect((await server.ask('consumerPaused', { consumerId: 'c1' })).ok).toBe(true);
    expect(consumer.remotePaused).toBe(true);
  });
});

describe('consumerLayersChanged', () => {
  it('is emitted once for layers that the server repeats', async () => {
    const { room, server, said } = await withConsumer();
    const emitted: unknown[] = [];
    room.on('consumerLayersChanged', ({ spatialLayer, temporalLayer }) => emitted.push([spatialLayer, temporalLayer]));
    for (const spatialLayer of [1, 1, 2, 2, 1])
      server.notify('consumerLayersChanged', { consumerId: 'c1', spatialLayer, temporalLayer: 0 });
    await said.reaches(3);
    expect(emitted).toEqual([
      [1, 0],
      [2, 0],
      [1, 0],
    ]);
  });
});

describe('peerClosed', () => {
  it.each(['peerClosed', 'peerLeft', 'peerLeaveCall'])(
    'closes the consumers of the peer before the peer, once, for %s',
    async (method) => {
      const { server, said, engine } = await withConsumer();
      server.notify(method, { peerId: 'bob' });
      server.notify('peerClosed', { peerId: 'bob' });
      await said.reaches(2);
      await expectUnchanged(() => said, ['consumerClosed c1 remote', 'peerClosed bob remote']);
      expect(engine.counts.consumers).toBe(0);
    },
  );

  it('is emitted with the reason replaced when a new peer has the same ID', async () => {
    const { server, said, room } = await withConsumer();
    const old = room.peers.get('bob');
    server.notify('newPeer', { id: 'bob', displayName: 'Bob again' });
    await said.reaches(3);
    expect(said).toEqual(['consumerClosed c1 replaced', 'peerClosed bob replaced', 'newPeer bob existing=false']);
    expect(room.peers.get('bob')).not.toBe(old);
    expect(old?.closed).toBe(true);
  });
});

describe('consumer calls', () => {
  it('pause() stops the track at once and sends a request; resume() reverts both', async () => {
    const { server, consumer, said } = await withConsumer();
    await consumer.pause();
    expect(consumer.track?.enabled).toBe(false);
    await consumer.resume();
    expect(consumer.track?.enabled).toBe(true);
    expect(server.methods()).toEqual(['pauseConsumer', 'resumeConsumer']);
    expect(said).toEqual(['consumerPaused c1 by=local', 'consumerResumed c1 by=local']);
  });

  it('pause() rolls back and rejects when the server refuses', async () => {
    const { server, consumer, said } = await withConsumer();
    server.on('pauseConsumer', () => {
      throw new Error('not today');
    });
    await expect(consumer.pause()).rejects.toMatchObject({
      code: 'requestRefused',
      method: 'pauseConsumer',
      message: 'not today',
    });
    expect(consumer).toMatchObject({ paused: false, localPaused: false });
    expect(consumer.track?.enabled).toBe(true);
    expect(said).toEqual(['consumerPaused c1 by=local', 'consumerResumed c1 by=server']);
  });

  it('setPreferredLayers(), setPriority() and requestKeyFrame() send the documented requests', async () => {
    const { server, consumer } = await withConsumer();
    await consumer.setPreferredLayers({ spatialLayer: 2, temporalLayer: 1 });
    await consumer.setPreferredLayers({ spatialLayer: 0 });
    await consumer.setPriority(3);
    await consumer.requestKeyFrame();
    expect(server.received).toEqual([
      { method: 'setConsumerPreferredLayers', data: { consumerId: 'c1', spatialLayer: 2, temporalLayer: 1 } },
      { method: 'setConsumerPreferredLayers', data: { consumerId: 'c1', spatialLayer: 0 } },
      { method: 'setConsumerPriority', data: { consumerId: 'c1', priority: 3 } },
      { method: 'requestConsumerKeyFrame', data: { consumerId: 'c1' } },
    ]);
    expect(consumer.preferredLayers).toEqual({ spatialLayer: 0 });
    expect(consumer.priority).toBe(3);
  });

  it.each([
    [(c: Calls) => c.setPreferredLayers({ spatialLayer: -1 })],
    [(c: Calls) => c.setPreferredLayers({ spatialLayer: 1.5 })],
    [(c: Calls) => c.setPriority(0)],
    [(c: Calls) => c.setPriority(256)],
  ])('rejects arguments out of range: %s', async (call) => {
    const { consumer, server } = await withConsumer();
    await expect(call(consumer)).rejects.toMatchObject({ code: 'invalidArgument' });
    expect(server.received).toEqual([]);
  });

  it('close() pauses at a stock server, and no later notification has an effect', async () => {
    const { server, consumer, said, engine } = await withConsumer();
    await consumer.close();
    await consumer.close();
    expect(server.methods()).toEqual(['pauseConsumer']);
    expect(said).toEqual(['consumerClosed c1 local']);
    expect(engine.counts.consumers).toBe(0);
    await expect(consumer.resume()).rejects.toMatchObject({ code: 'invalidState' });
    server.notify('consumerPaused', { consumerId: 'c1' });
    await expectUnchanged(() => said.length, 1);
  });

  it('setSubscribed(false) pauses at the server, setSubscribed(true) resumes', async () => {
    const { server, consumer } = await withConsumer();
    await consumer.setSubscribed(false);
    expect(consumer).toMatchObject({ subscribed: false, localPaused: false });
    await consumer.setSubscribed(true);
    expect(server.methods()).toEqual(['pauseConsumer', 'resumeConsumer']);
  });

  it('each change of a value in the snapshot creates a new snapshot', async () => {
    const { room, consumer } = await withConsumer();
    const shown = () => room.snapshot().peers[0]?.consumers[0];
    await consumer.setSubscribed(false);
    expect(shown()).toMatchObject({ subscribed: false });
    await consumer.setPreferredLayers({ spatialLayer: 1 });
    expect(shown()).toMatchObject({ preferredLayers: { spatialLayer: 1 } });
    await room.produce(fakeTrack('audio'), { source: 'microphone' });
    await room.produce(fakeTrack('video'), { source: 'camera' });
    expect(room.snapshot().producers.map(({ source }) => source)).toEqual(['microphone', 'camera']);
    expect(room.snapshot().producers[1]?.id).not.toBeNull();
  });

  it('getServerStats() and getStats() return statistics of either end', async () => {
    const { consumer } = await withConsumer();
    expect(await consumer.getServerStats()).toEqual([{ type: 'getConsumerStats', timestamp: 1 }]);
    expect(await consumer.getStats()).toBeInstanceOf(Map);
  });

  it('enableStats() requests statistics at an interval until disableStats()', async () => {
    const { consumer, clock, server } = await withConsumer();
    const emitted: unknown[] = [];
    consumer.on('stats', ({ stats }) => emitted.push(stats));
    const next = () => new Promise((resolve) => consumer.once('stats', resolve));
    let arrived = next();
    consumer.enableStats({ intervalMs: 500 });
    await arrived;
    arrived = next();
    clock.advance(500);
    await arrived;
    expect(emitted).toHaveLength(2);
    consumer.disableStats();
    clock.advance(5000);
    await expectUnchanged(() => server.methods(), ['getConsumerStats', 'getConsumerStats']);
    expect(clock.pending).toBe(joinedTimers);
    expect(() => {
      consumer.enableStats({ intervalMs: 1 });
    }).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
  });
});

interface Calls {
  setPreferredLayers(layers: { spatialLayer: number }): Promise<void>;
  setPriority(priority: number): Promise<void>;
}

describe('consume', () => {
  it("subscribes to nothing before setSubscribed(true) with 'manual'", async () => {
    const { server, engine, consumer, answer } = await withConsumer({ consume: 'manual' });
    expect(answer.ok).toBe(true);
    expect(consumer).toMatchObject({ subscribed: false, track: null });
    expect(engine.counts.consumers).toBe(0);
    await consumer.setSubscribed(true);
    expect(consumer.track?.readyState).toBe('live');
    expect(server.methods().at(-1)).toEqual('resumeConsumer');
  });

  it('keeps the consumer unsubscribed when setSubscribed(true) fails', async () => {
    const { consumer, engine } = await withConsumer({ consume: 'manual' });
    engine.failNext('consume', new TureenError('mediaFailed', 'bad SDP'));
    await expect(consumer.setSubscribed(true)).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(consumer).toMatchObject({ subscribed: false, track: null });
    await consumer.setSubscribed(true);
    expect(consumer.track?.readyState).toBe('live');
  });

  it('subscribes as the function returns, and reports a function that throws', async () => {
    const { server, room, said } = await joined({
      consume: ({ source }) => {
        if (source === 'broken') throw new Error('mine');
        return source === 'camera';
      },
    });
    for (const source of ['camera', 'screen', 'broken']) await server.offer(`of ${source}`, { peerId: 'bob', source });
    expect([...room.consumers.values()].map(({ source, subscribed }) => [source, subscribed])).toEqual([
      ['camera', true],
      ['screen', false],
      ['broken', true],
    ]);
    expect(said.filter((line) => line.startsWith('listenerError'))).toHaveLength(1);
  });
});
