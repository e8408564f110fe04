import { describe, expect, it } from 'vitest';
import { consumingWorld, v2Dialects, joinedWorld } from '@tureen/testkit/scripted/v2World';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenAnswered } from '@tureen/testkit/scripted/waits';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';

const three = [{ maxBitrate: 100_000 }, { maxBitrate: 300_000 }, { maxBitrate: 900_000 }];

describe.each(v2Dialects)('produce() in %s', (name) => {
  const method = name === 'mediasoup-v2-alpha' ? 'createReceiver' : 'createProducer';

  it('connects the transport first, then requests the producer, by the methods of v2', async () => {
    const { room, server, engine } = await joinedWorld(name);
    const producer = await room.produce(fakeTrack('video'), { source: 'camera', appData: { note: [1] } });
    expect(server.methods()).toEqual(['updateTransport', method]);
    const transportId = Number(engine.session.sendTransport.id);
    expect(server.received[0]).toMatchObject({
      kind: 'notification',
      data: { id: transportId, notification: true, dtlsParameters: { role: 'client', fingerprints: [{}] } },
    });
    const { rtpParameters, id, ...rest } = server.last(method);
    expect(rest).toEqual({
      method,
      ...(name === 'mediasoup-v2' ? { target: 'peer' } : {}),
      kind: 'video',
      transportId,
      paused: false,
      appData: { note: [1], source: 'camera' },
    });
    expect(id).toBeGreaterThanOrEqual(10_000_000);
    expect(producer.id).toBe(String(id));
    expect(rtpParameters).toMatchObject({
      muxId: '0',
      codecs: [
        { name: 'VP8', mimeType: 'video/VP8', payloadType: 101, clockRate: 90000 },
        { name: 'rtx', mimeType: 'video/rtx', payloadType: 102, parameters: { apt: 101 } },
      ],
      encodings: [{ ssrc: expect.any(Number) as number, rtx: { ssrc: expect.any(Number) as number } }],
      rtcp: { cname: 'fake-engine', reducedSize: true, mux: true },
    });
    expect(JSON.stringify(rtpParameters)).not.toMatch(/profile|"mid"|maxBitrate|scalabilityMode/);
  });

  it('requests a paused producer, and connects once', async () => {
    const { room, server } = await joinedWorld(name);
    const producer = await room.produce(fakeTrack('audio'), { paused: true });
    expect(server.last(method).paused).toBe(true);
    await room.produce(fakeTrack('video'));
    expect(server.methods()).toEqual(['updateTransport', method, method]);
    expect(producer.paused).toBe(true);
  });

  it.each([
    [2, ['low', 'medium']],
    [3, ['low', 'medium', 'high']],
  ])('names %i encodings, the lowest first', async (count, profiles) => {
    const { room, server } = await joinedWorld(name);
    await room.produce(fakeTrack('video'), { encodings: three.slice(0, count) });
    const { encodings } = server.last(method).rtpParameters as { encodings: object[] };
    expect(encodings).toEqual(profiles.map((profile, index) => ({ encodingId: `r${index}`, profile })));
  });

  it('rejects four encodings before any request', async () => {
    const { room, server } = await joinedWorld(name);
    await expect(room.produce(fakeTrack('video'), { encodings: [...three, {}] })).rejects.toMatchObject({
      code: 'invalidArgument',
      argument: 'encodings',
    });
    expect(server.received).toEqual([]);
    expect(room.producers.size).toBe(0);
  });

  it('sends a stream without layers where layers within one stream are requested', async () => {
    const { room, engine } = await joinedWorld(name);
    await room.produce(fakeTrack('video'), { encodings: [{ maxBitrate: 5, scalabilityMode: 'L3T3_KEY' }] });
    await room.produce(fakeTrack('video'), { encodings: [{ scalabilityMode: 'L1T3' }] });
    const [first, second] = [...engine.session.sendTransport.producers].map((one) => one.rtpParameters.encodings);
    expect(first).toMatchObject([{ maxBitrate: 5 }]);
    expect(first?.[0]).not.toHaveProperty('scalabilityMode');
    expect(second).toMatchObject([{ scalabilityMode: 'L1T3' }]);
  });

  it('uses another id, once, where the server has the id already', async () => {
    const { room, server } = await joinedWorld(name);
    let refusals = 1;
    server.on(method, () => {
      if (refusals-- > 0) throw new Error('a Producer with same producerId already exists');
      return {};
    });
    const producer = await room.produce(fakeTrack('audio'));
    const ids = server.all(method).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(ids[0]).not.toBe(ids[1]);
    expect(producer.id).toBe(String(ids[1]));
    refusals = 2;
    await expect(room.produce(fakeTrack('audio'))).rejects.toMatchObject({ code: 'requestRefused', method });
  });

  it('rejects with the server’s message on a refusal, and leaves the room usable', async () => {
    const { room, server } = await joinedWorld(name);
    server.on(method, () => {
      throw new Error('wrong RTP parameters: codecs is missing');
    });
    await expect(room.produce(fakeTrack('audio'))).rejects.toMatchObject({
      code: 'requestRefused',
      message: 'wrong RTP parameters: codecs is missing',
      method,
      serverCode: 500,
    });
    expect(server.all(method)).toHaveLength(1);
    server.on(method, () => ({}));
    expect((await room.produce(fakeTrack('audio'))).closed).toBe(false);
  });

  it.each([[undefined], [null], [{}], [[]], ['yes'], [7]])('ignores the data of the response: %j', async (answer) => {
    const { room, server } = await joinedWorld(name);
    server.on(method, () => answer);
    expect((await room.produce(fakeTrack('audio'))).id).toMatch(/^\d{8}$/);
  });

  it('uses no id twice in a session', async () => {
    const { room, server, engine } = await joinedWorld(name);
    const { sendTransport, recvTransport } = engine.session;
    for (let count = 0; count < 20; count += 1) await (await room.produce(fakeTrack('audio'))).close();
    const ids = [...server.all(method).map(({ id }) => id), Number(sendTransport.id), Number(recvTransport.id)];
    expect(new Set(ids).size).toBe(22);
  });

  it('reverts a refused pause where the dialect sends it as a request', async () => {
    const { room, server, said } = await joinedWorld(name);
    const producer = await room.produce(fakeTrack('audio'));
    server.on('pauseReceiver', () => {
      throw new Error('no');
    });
    const pausing = producer.pause();
    if (name === 'mediasoup-v2-alpha') {
      await expect(pausing).rejects.toMatchObject({ code: 'requestRefused', method: 'pauseReceiver' });
      expect(producer.paused).toBe(false);
      expect(said).toHaveLength(2);
    } else {
      await pausing;
      expect(producer.paused).toBe(true);
    }
  });

  it('applies pause, resume and close during a pending response', async () => {
    const { room, server } = await joinedWorld(name);
    const track = fakeTrack('audio');
    const asked = server.got(method);
    let answer = () => {};
    server.on(
      method,
      () =>
        new Promise(
          (resolve) =>
            (answer = () => {
              resolve({});
            }),
        ),
    );
    const producing = room.produce(track);
    await asked;
    const [producer] = room.producers.values();
    const pausing = producer?.pause();
    answer();
    await producing;
    await pausing;
    const isAlpha = name === 'mediasoup-v2-alpha';
    await expectUnchanged(() => server.methods().slice(2), [isAlpha ? 'pauseReceiver' : 'pauseProducer']);
  });

  it('rejoins when the server closes the transport, and keeps the producer', async () => {
    const { room, server, engine, clock, said } = await joinedWorld(name);
    const producer = await room.produce(fakeTrack('video'));
    const before = producer.id;
    server.notify('transportClosed', { id: Number(engine.session.sendTransport.id) });
    await said.reaches(2);
    expect(said.slice(0, 2)).toEqual([
      'transportClosed send server',
      'stateChanged reconnecting the server closed a transport: server',
    ]);
    server.received.length = 0;
    const reconnected = room.waitFor('reconnected');
    await whenAnswered(room, method, () => {
      clock.advance(100);
    });
    await reconnected;
    expect(server.methods()).toContain(method);
    expect(room.producers.has(producer.localId)).toBe(true);
    expect(producer.id).not.toBe(before);
  });
});

describe('a spy of mediasoup-v2', () => {
  it('cannot produce, and can do everything else', async () => {
    const { room, server, consumer } = await consumingWorld('mediasoup-v2', { dialectOptions: { spy: true } });
    await expect(room.produce(fakeTrack('audio'))).rejects.toMatchObject({
      code: 'unsupported',
      hint: 'Join without `spy`.',
    });
    expect(server.received).toEqual([]);
    await consumer.pause();
    await room.restartIce();
    room.stats.enable();
    await server.receives(3);
    expect(server.methods()).toEqual(['pauseConsumer', 'restartTransport', 'enableTransportStats']);
    await expect(room.stats.getServer('send')).rejects.toMatchObject({ code: 'invalidState' });
    expect(await room.stats.get('send')).toBeNull();
  });
});
