import { describe, expect, it } from 'vitest';
import { TureenError } from '../../shared/errors.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';

async function joined() {
  const world = roomWorld();
  await world.room.join();
  world.said.length = 0;
  world.server.received.length = 0;
  return world;
}

async function producing(options = {}) {
  const world = await joined();
  const track = fakeTrack('video');
  const producer = await world.room.produce(track, { source: 'camera', ...options });
  world.said.length = 0;
  world.server.received.length = 0;
  return { ...world, track, producer };
}

describe('produce()', () => {
  it('connects the transport, sends produce with the source and resolves with the producer', async () => {
    const { room, server } = await joined();
    const producer = await room.produce(fakeTrack('audio'), { source: 'microphone', appData: { mood: 'good' } });
    expect(server.methods()).toEqual(['connectWebRtcTransport', 'produce']);
    expect(server.received[1]?.data).toMatchObject({ kind: 'audio', appData: { source: 'microphone', mood: 'good' } });
    expect(server.received[1]?.data).not.toHaveProperty('paused');
    expect(producer).toMatchObject({
      id: 'produce-3',
      kind: 'audio',
      source: 'microphone',
      paused: false,
      closed: false,
      ownership: 'borrowed',
    });
    expect([...room.producers]).toEqual([[producer.localId, producer]]);
  });

  it('starts paused with one request to a server that announces producePaused, and with two to a stock server', async () => {
    const ours = roomWorld();
    ours.server.extensions = ['producePaused'];
    await ours.room.join();
    await ours.room.produce(fakeTrack('audio'), { paused: true });
    expect(ours.server.received.find(({ method }) => method === 'produce')?.data).toMatchObject({ paused: true });
    expect(ours.server.methods()).not.toContain('pauseProducer');

    const stock = await joined();
    const track = fakeTrack('audio');
    const producer = await stock.room.produce(track, { paused: true });
    expect(stock.server.methods()).toEqual(['connectWebRtcTransport', 'produce', 'pauseProducer']);
    expect(producer.paused).toBe(true);
  });

  it.each([[undefined], [null], [{}], [{ kind: 'smell' }]])('rejects %j as a track', async (track) => {
    const { room } = await joined();
    await expect(room.produce(track as never)).rejects.toMatchObject({ code: 'invalidArgument' });
  });

  it('rejects a track that has ended, and any track while not joined', async () => {
    const { room } = await joined();
    const track = fakeTrack('video');
    track.stop();
    await expect(room.produce(track)).rejects.toMatchObject({ code: 'invalidArgument' });
    await room.leave();
    await expect(room.produce(fakeTrack('video'))).rejects.toMatchObject({ code: 'invalidState' });
  });

  it('rejects with the reason of the server, and leaves the track live and no producer', async () => {
    const { room, server, engine } = await joined();
    server.on('produce', () => {
      throw new Error('no room for you');
    });
    const track = fakeTrack('video');
    await expect(room.produce(track)).rejects.toMatchObject({
      code: 'requestRefused',
      message: 'no room for you',
      method: 'produce',
    });
    expect(track.readyState).toBe('live');
    expect(room.producers.size).toBe(0);
    expect(engine.counts.producers).toBe(0);
  });

  it('rejects with badResponse for an invalid response', async () => {
    const { room, server } = await joined();
    server.on('produce', () => ({ id: 17 }));
    await expect(room.produce(fakeTrack('video'))).rejects.toMatchObject({ code: 'badResponse', method: 'produce' });
    expect(room.state).toBe('joined');
  });

  it('stops an owned track when it fails', async () => {
    const { room, engine } = await joined();
    engine.failNext('produce', new TureenError('mediaFailed', 'no encoder'));
    const track = fakeTrack('video');
    await expect(room.produce(track, { ownership: 'owned' })).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(track.readyState).toBe('ended');
  });

  it('resolves after the join when called while joining', async () => {
    const { room } = roomWorld();
    const joining = room.join();
    const producer = await room.produce(fakeTrack('audio'));
    await joining;
    expect(producer.id).not.toBeNull();
  });
});

describe('producer calls', () => {
  it('pause() and resume() act at once and send a request', async () => {
    const { producer, server, said } = await producing();
    const paused = producer.pause();
    expect(producer.paused).toBe(true);
    await paused;
    await producer.pause();
    await producer.resume();
    expect(server.methods()).toEqual(['pauseProducer', 'resumeProducer']);
    expect(said).toEqual([`producerPaused ${producer.id} by=local`, `producerResumed ${producer.id} by=local`]);
  });

  it('resume() rolls back when the server refuses', async () => {
    const { producer, server } = await producing({ paused: true });
    server.on('resumeProducer', () => {
      throw new Error('silence');
    });
    await expect(producer.resume()).rejects.toMatchObject({ code: 'requestRefused', message: 'silence' });
    expect(producer.paused).toBe(true);
  });

  it('the last of several calls takes precedence', async () => {
    const { producer, server } = await producing();
    await Promise.all([producer.pause(), producer.resume(), producer.pause()]);
    expect(producer.paused).toBe(true);
    expect(server.methods().at(-1)).toBe('pauseProducer');
  });

  it('close() sends a request, leaves a borrowed track live and stops an owned track', async () => {
    const { producer, server, said, track, room, engine } = await producing();
    const { id } = producer;
    await producer.close();
    await producer.close();
    expect(server.received).toEqual([{ method: 'closeProducer', data: { producerId: id } }]);
    expect(said).toHaveLength(1);
    expect(track.readyState).toBe('live');
    expect(room.producers.size).toBe(0);
    expect(engine.counts.producers).toBe(0);
    const owned = fakeTrack('audio');
    await (await room.produce(owned, { ownership: 'owned' })).close();
    expect(owned.readyState).toBe('ended');
  });

  it('close() during produce() leaves no producer at either end', async () => {
    const { room, server, engine } = await joined();
    const hold = engine.hold('produce');
    const producing = room.produce(fakeTrack('video'));
    const rejected = expect(producing).rejects.toMatchObject({ code: 'closed' });
    await hold.reached();
    const [producer] = room.producers.values();
    await producer?.close();
    await rejected;
    hold.release();
    await expectUnchanged(() => engine.counts.producers, 0);
    const produced = server.methods().filter((method) => method === 'produce').length;
    expect(server.methods().filter((method) => method === 'closeProducer')).toHaveLength(produced);
  });

  it('replaceTrack() sends another track, and rejects a track of the other kind or an ended track', async () => {
    const { producer, server, track } = await producing();
    const next = fakeTrack('video');
    await producer.replaceTrack(next);
    expect(producer.track).toBe(next);
    expect(track.readyState).toBe('live');
    expect(server.received).toEqual([]);
    await expect(producer.replaceTrack(fakeTrack('audio'))).rejects.toMatchObject({ code: 'invalidArgument' });
    next.stop();
    await expect(producer.replaceTrack(next)).rejects.toMatchObject({ code: 'invalidArgument' });
  });

  it('setMaxSpatialLayer() rejects audio and numbers out of range', async () => {
    const { producer, room } = await producing();
    await producer.setMaxSpatialLayer(1);
    expect(producer.maxSpatialLayer).toBe(1);
    await expect(producer.setMaxSpatialLayer(-1)).rejects.toMatchObject({ code: 'invalidArgument' });
    const audio = await room.produce(fakeTrack('audio'));
    await expect(audio.setMaxSpatialLayer(0)).rejects.toMatchObject({ code: 'invalidState' });
  });

  it('switchDevice() rejects for a track that the app captured', async () => {
    const { producer, room } = await producing();
    await expect(producer.switchDevice('other')).rejects.toMatchObject({ code: 'unsupported' });
    await expect(room.switchDevice('microphone', 'other')).rejects.toMatchObject({ code: 'invalidState' });
  });
});

describe('notification about a producer', () => {
  it('updates the score', async () => {
    const { producer, server, said } = await producing();
    server.notify('producerScore', { producerId: producer.id, score: [{ ssrc: 5, score: 10 }] });
    await said.reaches(1);
    expect(producer.score).toEqual([{ ssrc: 5, score: 10 }]);
    expect(said[0]).toMatch(/^producerScore/);
  });

  it('pauses, resumes and closes the producer', async () => {
    const { producer, server, said, room } = await producing();
    const { id } = producer;
    server.notify('producerPaused', { producerId: id });
    await said.reaches(1);
    expect(producer.paused).toBe(true);
    server.notify('producerResumed', { producerId: id, by: 'server' });
    server.notify('producerClosed', { producerId: id, reason: 'rules' });
    await said.reaches(3);
    expect(said).toEqual([
      `producerPaused ${id} by=server`,
      `producerResumed ${id} by=server`,
      `producerClosed ${id} by=server server rules`,
    ]);
    expect(producer.closed).toBe(true);
    expect(room.producers.size).toBe(0);
  });

  it('is reverted by resume() for a pause of the server', async () => {
    const { producer, server, said } = await producing();
    server.notify('producerPaused', { producerId: producer.id });
    await said.reaches(1);
    await producer.resume();
    expect(producer.paused).toBe(false);
    expect(server.methods()).toEqual(['resumeProducer']);
  });

  it('track end closes a screen share; a camera only emits trackEnded', async () => {
    const { room, server, said } = await joined();
    const [screenTrack, cameraTrack] = [fakeTrack('video'), fakeTrack('video')];
    await room.produce(screenTrack, { source: 'screen' });
    const camera = await room.produce(cameraTrack, { source: 'camera' });
    const ended: unknown[] = [];
    camera.on('trackEnded', ({ track }) => ended.push(track));
    const closing = server.got('closeProducer');
    (screenTrack as unknown as { remoteStop(): void }).remoteStop();
    (cameraTrack as unknown as { remoteStop(): void }).remoteStop();
    await closing;
    expect(ended).toEqual([cameraTrack]);
    expect(camera.closed).toBe(false);
    expect(said.filter((line) => line.startsWith('producerClosed'))).toEqual([expect.stringContaining('trackEnded')]);
    expect(server.methods()).toContain('closeProducer');
  });
});

describe('data', () => {
  it('produceData() resolves once open, and sends', async () => {
    const { room, server, engine } = await joined();
    const data = await room.produceData({ label: 'chat', ordered: true });
    expect(server.received.find(({ method }) => method === 'produceData')?.data).toMatchObject({ label: 'chat' });
    expect(data).toMatchObject({ label: 'chat', readyState: 'open' });
    data.send('hello');
    await data.close();
    expect(() => {
      data.send('late');
    }).toThrow(expect.objectContaining({ code: 'invalidState' }));
    expect(engine.counts.dataProducers).toBe(0);
  });

  it('newDataConsumer opens a channel, which closes with its peer', async () => {
    const { room, server, engine, said } = await joined();
    server.notify('newPeer', { id: 'bob' });
    const arrived = room.waitFor('newDataConsumer');
    const answer = await server.ask('newDataConsumer', {
      id: 'd1',
      peerId: 'bob',
      dataProducerId: 'dp',
      label: 'chat',
      protocol: '',
      appData: {},
      sctpStreamParameters: { streamId: 0, ordered: true },
    });
    expect(answer.ok).toBe(true);
    const { dataConsumer, peer } = await arrived;
    expect(peer?.dataConsumers.get('d1')).toBe(dataConsumer);
    const closed = room.waitFor('peerClosed');
    server.notify('peerClosed', { peerId: 'bob' });
    await closed;
    expect(said.slice(-2)).toEqual(['dataConsumerClosed d1 remote', 'peerClosed bob remote']);
    expect(engine.counts.dataConsumers).toBe(0);
  });
});

describe('text', () => {
  it('is sent and received where the server supports it, and rejects with unsupported and a hint elsewhere', async () => {
    const world = roomWorld();
    world.server.extensions = ['textMessage'];
    world.server.peers = [{ id: 'bob' }];
    await world.room.join();
    expect(world.room.capabilities.text).toBe(true);
    await world.room.sendText('hi');
    expect(world.server.received.at(-1)).toEqual({ method: 'textMessage', data: { text: 'hi' } });
    const received = world.room.waitFor('textMessage');
    world.server.notify('textMessage', { peerId: 'bob', text: 'hello' });
    expect(await received).toMatchObject({ text: 'hello' });

    const stock = await joined();
    await expect(stock.room.sendText('hi')).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('produceData'),
    });
  });
});
