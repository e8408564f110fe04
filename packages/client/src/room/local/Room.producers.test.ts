import { describe, expect, it } from 'vitest';
import { TureenError } from '../../shared/errors.ts';
import { fakeTrack, roomWorld, settle } from '../../test-support/roomWorld.ts';

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
  it('connects the transport, announces the producer with its source, and answers with it', async () => {
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
    expect([...room.producers]).toEqual([producer]);
  });

  it('starts paused with one message at our server, and with two at a stock one', async () => {
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

  it.each([[undefined], [null], [{}], [{ kind: 'smell' }]])('refuses %j for a track', async (track) => {
    const { room } = await joined();
    await expect(room.produce(track as never)).rejects.toMatchObject({ code: 'invalidArgument' });
  });

  it('refuses a track that has ended, and any while not joined', async () => {
    const { room } = await joined();
    const track = fakeTrack('video');
    track.stop();
    await expect(room.produce(track)).rejects.toMatchObject({ code: 'invalidArgument' });
    await room.leave();
    await expect(room.produce(fakeTrack('video'))).rejects.toMatchObject({ code: 'invalidState' });
  });

  it('rejects with the server’s words, leaves the track alone and nothing behind', async () => {
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

  it('rejects with badResponse when the answer makes no sense', async () => {
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

  it('asked for while joining is done once joined', async () => {
    const { room } = roomWorld();
    const joining = room.join();
    const producer = await room.produce(fakeTrack('audio'));
    await joining;
    expect(producer.id).not.toBeNull();
  });
});

describe('producer calls', () => {
  it('pause() and resume() act at once and tell the server', async () => {
    const { producer, server, said } = await producing();
    const paused = producer.pause();
    expect(producer.paused).toBe(true);
    await paused;
    await producer.pause();
    await producer.resume();
    expect(server.methods()).toEqual(['pauseProducer', 'resumeProducer']);
    expect(said).toEqual([`producerPaused ${producer.id} by=local`, `producerResumed ${producer.id} by=local`]);
  });

  it('resume() that is refused rolls back', async () => {
    const { producer, server } = await producing({ paused: true });
    server.on('resumeProducer', () => {
      throw new Error('silence');
    });
    await expect(producer.resume()).rejects.toMatchObject({ code: 'requestRefused', message: 'silence' });
    expect(producer.paused).toBe(true);
  });

  it('the last of several wishes holds', async () => {
    const { producer, server } = await producing();
    await Promise.all([producer.pause(), producer.resume(), producer.pause()]);
    expect(producer.paused).toBe(true);
    expect(server.methods().at(-1)).toBe('pauseProducer');
  });

  it('close() tells the server, leaves a borrowed track and stops an owned one', async () => {
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

  it('close() while it is on its way leaves nothing at either end', async () => {
    const { room, server, engine } = await joined();
    const hold = engine.hold('produce');
    const producing = room.produce(fakeTrack('video'));
    const rejected = expect(producing).rejects.toMatchObject({ code: 'closed' });
    await settle();
    const [producer] = room.producers;
    await producer?.close();
    await rejected;
    hold.release();
    await settle();
    expect(engine.counts.producers).toBe(0);
    const produced = server.methods().filter((method) => method === 'produce').length;
    expect(server.methods().filter((method) => method === 'closeProducer')).toHaveLength(produced);
  });

  it('replaceTrack() sends another, and refuses the other kind and the dead', async () => {
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

  it('setMaxSpatialLayer() is for video, in range', async () => {
    const { producer, room } = await producing();
    await producer.setMaxSpatialLayer(1);
    expect(producer.maxSpatialLayer).toBe(1);
    await expect(producer.setMaxSpatialLayer(-1)).rejects.toMatchObject({ code: 'invalidArgument' });
    const audio = await room.produce(fakeTrack('audio'));
    await expect(audio.setMaxSpatialLayer(0)).rejects.toMatchObject({ code: 'invalidState' });
  });

  it('switchDevice() is for what was captured here', async () => {
    const { producer, room } = await producing();
    await expect(producer.switchDevice('other')).rejects.toMatchObject({ code: 'unsupported' });
    await expect(room.switchDevice('microphone', 'other')).rejects.toMatchObject({ code: 'invalidState' });
  });
});

describe('news of a producer', () => {
  it('carries scores', async () => {
    const { producer, server, said } = await producing();
    server.notify('producerScore', { producerId: producer.id, score: [{ ssrc: 5, score: 10 }] });
    await settle();
    expect(producer.score).toEqual([{ ssrc: 5, score: 10 }]);
    expect(said[0]).toMatch(/^producerScore/);
  });

  it('is paused, resumed and closed by the server', async () => {
    const { producer, server, said, room } = await producing();
    const { id } = producer;
    server.notify('producerPaused', { producerId: id });
    await settle();
    expect(producer.paused).toBe(true);
    server.notify('producerResumed', { producerId: id, by: 'server' });
    server.notify('producerClosed', { producerId: id, reason: 'rules' });
    await settle();
    expect(said).toEqual([
      `producerPaused ${id} by=server`,
      `producerResumed ${id} by=server`,
      `producerClosed ${id} by=server rules`,
    ]);
    expect(producer.closed).toBe(true);
    expect(room.producers.size).toBe(0);
  });

  it('resume() undoes a pause of the server’s', async () => {
    const { producer, server } = await producing();
    server.notify('producerPaused', { producerId: producer.id });
    await settle();
    await producer.resume();
    expect(producer.paused).toBe(false);
    expect(server.methods()).toEqual(['resumeProducer']);
  });

  it('a screen whose track ends is closed, a camera only says so', async () => {
    const { room, server, said } = await joined();
    const [screenTrack, cameraTrack] = [fakeTrack('video'), fakeTrack('video')];
    await room.produce(screenTrack, { source: 'screen' });
    const camera = await room.produce(cameraTrack, { source: 'camera' });
    const ended: unknown[] = [];
    camera.on('trackEnded', ({ track }) => ended.push(track));
    (screenTrack as unknown as { remoteStop(): void }).remoteStop();
    (cameraTrack as unknown as { remoteStop(): void }).remoteStop();
    await settle();
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

  it('newDataConsumer brings a channel with its messages, and closes with its peer', async () => {
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
    server.notify('peerClosed', { peerId: 'bob' });
    await settle();
    expect(said.slice(-2)).toEqual(['dataConsumerClosed d1 remote', 'peerClosed bob remote']);
    expect(engine.counts.dataConsumers).toBe(0);
  });
});

describe('text', () => {
  it('is sent and heard where the server has it, unsupported with a hint where not', async () => {
    const world = roomWorld();
    world.server.extensions = ['textMessage'];
    world.server.peers = [{ id: 'bob' }];
    await world.room.join();
    expect(world.room.capabilities.text).toBe(true);
    await world.room.sendText('hi');
    expect(world.server.received.at(-1)).toEqual({ method: 'textMessage', data: { text: 'hi' } });
    const heard = world.room.waitFor('textMessage');
    world.server.notify('textMessage', { peerId: 'bob', text: 'hello' });
    expect(await heard).toMatchObject({ text: 'hello' });

    const stock = await joined();
    await expect(stock.room.sendText('hi')).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('produceData'),
    });
  });
});
