import { describe, expect, it } from 'vitest';
import { type V2DialectName, consumingWorld, v2Dialects, joinedWorld } from '@tureen/testkit/scripted/v2World';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenRead } from '@tureen/testkit/scripted/waits';
import { v2Consumer, v2ParametersOf } from '@tureen/testkit/scripted/ScriptedV2Server';

const enableMethods = {
  'mediasoup-v2': 'enableConsumer',
  'mediasoup-v2-beta': 'enableConsumer',
  'mediasoup-v2-alpha': 'enableSender',
} as const;

const bobs = (id: number, fields: Parameters<typeof v2Consumer>[1] = {}) =>
  v2Consumer(id, { peerName: 'bob', ...fields });

describe.each(v2Dialects)('a consumer in %s', (name: V2DialectName) => {
  const method = enableMethods[name];
  const isV2 = name === 'mediasoup-v2';
  const isAlpha = name === 'mediasoup-v2-alpha';

  it('is enabled once the transport is ready, and emitted after the response', async () => {
    const { server, engine, said, notify } = await joinedWorld(name);
    const hold = engine.hold('consume');
    let answer = () => {};
    server.on(
      method,
      () =>
        new Promise(
          (resolve) =>
            (answer = () => {
              resolve({ paused: false });
            }),
        ),
    );
    notify('newConsumer', bobs(3333));
    await hold.reached();
    expect(server.methods()).toEqual(['updateTransport']);
    const asked = server.got(method);
    hold.release();
    await asked;
    expect(engine.counts.consumers).toBe(1);
    expect(said).toEqual([]);
    answer();
    await said.reaches(1);
    expect(said).toEqual(['newConsumer 3333 bob']);
  });

  it('is enabled by the method of the dialect', async () => {
    const { server, engine } = await consumingWorldWithLog(name);
    const transportId = Number(engine.session.recvTransport.id);
    expect(server.last('updateTransport')).toMatchObject({ id: transportId, dtlsParameters: { role: 'client' } });
    const { method: _method, ...data } = server.last(method);
    const expected = {
      'mediasoup-v2': { target: 'peer', id: 3333, transportId, paused: false },
      'mediasoup-v2-beta': { id: 3333, transportId, paused: false },
      'mediasoup-v2-alpha': { id: 3333, rtpSettings: { useRtx: true } },
    };
    expect(data).toEqual(expected[name]);
  });

  it('gets parameters with a mid and a cname, and without MID in the packets', async () => {
    const { room, engine, notify } = await joinedWorld(name);
    const rtpParameters = {
      ...v2ParametersOf('audio', 77),
      muxId: 'theirs',
      headerExtensions: [
        { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 5 },
        { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1 },
      ],
      rtcp: {},
    };
    await whenRead(room, () => {
      notify('newConsumer', { ...bobs(4444, { kind: 'audio' }), rtpParameters });
    });
    const [consumer] = engine.session.recvTransport.consumers;
    expect(consumer).toMatchObject({ id: '4444', producerId: 'bob:audio:camera' });
    expect(consumer?.rtpParameters).toMatchObject({
      mid: 'a4444',
      codecs: [{ mimeType: 'audio/opus', payloadType: 100, parameters: {}, rtcpFeedback: [] }],
      headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1 }],
      encodings: [{ ssrc: 77 }],
      rtcp: { cname: 'a4444' },
    });
    expect(consumer?.rtpParameters.headerExtensions).toHaveLength(1);
  });

  it.each([
    ['without codecs', { codecs: [], headerExtensions: [], encodings: [], rtcp: {} }],
    [
      'with a codec that the browser lacks',
      { ...v2ParametersOf('video'), codecs: [{ mimeType: 'video/H265', payloadType: 99, clockRate: 90000 }] },
    ],
  ])('is emitted as not supported %s', async (_what, rtpParameters) => {
    const { server, engine, said, notify, room } = await joinedWorld(name);
    notify('newConsumer', { ...bobs(3333), rtpParameters });
    await said.reaches(1);
    expect(said).toEqual(['newConsumer 3333 bob']);
    const consumer = room.consumers.get('3333');
    expect(consumer).toMatchObject({ supported: false, subscribed: false, track: null });
    expect(engine.counts.consumers).toBe(0);
    expect(server.received).toEqual([]);
    await expect(consumer?.setSubscribed(true)).rejects.toMatchObject({ code: 'unsupportedCodec' });
    // Nothing is sent for a consumer that was never enabled.
    await consumer?.pause();
    await consumer?.close();
    expect(server.received).toEqual([]);
  });

  it('is enabled when the app subscribes later', async () => {
    const { server, said, notify, room } = await joinedWorld(name, { consume: 'manual' });
    notify('newConsumer', bobs(3333));
    await said.reaches(1);
    expect(said).toEqual(['newConsumer 3333 bob']);
    expect(server.received).toEqual([]);
    const consumer = room.consumers.get('3333');
    await consumer?.setSubscribed(true);
    expect(server.methods()).toEqual(['updateTransport', method]);
    if (!isAlpha) expect(server.last(method).paused).toBe(false);
    expect(consumer?.track).not.toBeNull();
  });

  it('is enabled as paused when the app paused it before subscribing', async () => {
    const { server, notify, room } = await joinedWorld(name, { consume: 'manual' });
    await whenRead(room, () => {
      notify('newConsumer', bobs(3333));
    });
    const consumer = room.consumers.get('3333');
    await consumer?.pause();
    await consumer?.setSubscribed(true);
    if (isAlpha) expect(server.methods()).toEqual(['updateTransport', method, 'stopSender']);
    else {
      expect(server.methods()).toEqual(['updateTransport', method]);
      expect(server.last(method).paused).toBe(true);
    }
  });

  it('is paused after it is enabled when the app pauses it meanwhile', async () => {
    const { server, notify, room } = await joinedWorld(name, { consume: 'manual' });
    await whenRead(room, () => {
      notify('newConsumer', bobs(3333));
    });
    const consumer = room.consumers.get('3333');
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
    const asked = server.got(method);
    const subscribing = consumer?.setSubscribed(true);
    await asked;
    const pausing = consumer?.pause();
    answer();
    await subscribing;
    await pausing;
    await server.receives(3);
    expect(server.methods().slice(1)).toEqual([method, isAlpha ? 'stopSender' : 'pauseConsumer']);
  });

  it('closes when the server refuses it, and the room emits requestFailed', async () => {
    const { server, engine, said, notify, room } = await joinedWorld(name);
    server.on(method, () => {
      throw new Error('Consumer not found');
    });
    notify('newConsumer', bobs(3333));
    await said.reaches(1);
    expect(said).toEqual(['requestFailed newConsumer error=requestRefused']);
    expect(room.consumers.size).toBe(0);
    expect(engine.counts.consumers).toBe(0);
    notify('consumerClosed', { id: 3333, peerName: 'bob' });
    notify('newConsumer', bobs(4444));
    await said.reaches(2);
    expect(said).toHaveLength(2);
  });

  it('closes when the browser refuses it, and is never enabled', async () => {
    const { server, engine, said, notify } = await joinedWorld(name);
    engine.failNext('consume');
    notify('newConsumer', bobs(3333));
    await said.reaches(1);
    expect(said).toEqual(['requestFailed newConsumer error=mediaFailed']);
    expect(server.all(method)).toEqual([]);
  });

  it('is never enabled when it closes while being received', async () => {
    const { room, server, engine, said, notify } = await joinedWorld(name);
    const hold = engine.hold('consume');
    notify('newConsumer', bobs(3333));
    await hold.reached();
    await whenRead(room, () => {
      notify('consumerClosed', { id: 3333, peerName: 'bob' });
    });
    hold.release();
    await expectUnchanged(() => [server.all(method), said], [[], []]);
    expect(engine.counts.consumers).toBe(0);
  });

  it('is not emitted when its peer leaves while it is being enabled', async () => {
    const { room, server, engine, said, notify } = await joinedWorld(name);
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
    const asked = server.got(method);
    notify('newConsumer', bobs(3333));
    await asked;
    await whenRead(room, () => {
      notify('peerClosed', { name: 'bob' });
    });
    answer();
    await said.reaches(1);
    expect(said).toEqual(['peerClosed bob remote']);
    expect(engine.counts.consumers).toBe(0);
  });

  it('starts with remotePaused when its source is paused', async () => {
    const { notify, room } = await joinedWorld(name);
    // The response to enabling repeats the pause, if it has one.
    await whenRead(room, () => {
      notify('newConsumer', bobs(3333, { paused: true }));
    });
    expect(room.consumers.get('3333')?.remotePaused).toBe(!isV2);
  });

  it('has the source that its appData names', async () => {
    const { notify, room } = await joinedWorld(name);
    const sources: [unknown, string][] = [
      [{ source: 'screen' }, 'screen'],
      [{ source: 'webcam' }, 'camera'],
      [{ source: 'drone' }, 'drone'],
      [{}, 'unknown'],
      [undefined, 'unknown'],
      [null, 'unknown'],
      ['text', 'unknown'],
      [[{ source: 'camera' }], 'unknown'],
    ];
    await whenRead(room, () => {
      sources.forEach(([appData], index) => {
        notify('newConsumer', bobs(index + 1, { appData }));
      });
    });
    sources.forEach(([appData, source], index) => {
      const consumer = room.consumers.get(String(index + 1));
      expect(consumer?.source).toBe(source);
      expect(consumer?.appData).toEqual(appData);
    });
  });

  it('shares a stream between camera and microphone of a peer, and has another one for the screen', async () => {
    const { room, notify, engine } = await joinedWorld(name);
    notify('newConsumer', bobs(1));
    await whenRead(room, () => {
      notify('newConsumer', bobs(2, { appData: { source: 'screen' } }));
    });
    expect(engine.counts.consumers).toBe(2);
  });
});

describe('a consumer in mediasoup-v2', () => {
  it('is paused as the response to enableConsumer states', async () => {
    const { server, notify, room } = await joinedWorld('mediasoup-v2');
    server.on('enableConsumer', () => ({ paused: true, preferredProfile: 'default', effectiveProfile: 'default' }));
    await whenRead(room, () => {
      notify('newConsumer', bobs(3333));
    });
    expect(room.consumers.get('3333')).toMatchObject({ remotePaused: true, localPaused: false });
  });

  it('is not paused where later notifications resume it', async () => {
    const { server, notify, room } = await joinedWorld('mediasoup-v2');
    server.on('enableConsumer', () => {
      notify('consumerPaused', { id: 3333, peerName: 'bob' });
      notify('consumerResumed', { id: 3333, peerName: 'bob' });
      return { paused: true };
    });
    await whenRead(room, () => {
      notify('newConsumer', bobs(3333));
    });
    expect(room.consumers.get('3333')?.remotePaused).toBe(false);
  });

  it.each([
    ['high', { spatialLayer: 2 }],
    ['low', { spatialLayer: 0 }],
    ['none', null],
    ['default', { spatialLayer: 0 }],
    [null, null],
  ])('has the layers of the effective profile %s', async (effectiveProfile, layers) => {
    const { server, notify, room } = await joinedWorld('mediasoup-v2');
    server.on('enableConsumer', () => ({ paused: false, preferredProfile: null, effectiveProfile }));
    await whenRead(room, () => {
      notify('newConsumer', bobs(3333));
    });
    expect(room.consumers.get('3333')?.currentLayers).toEqual(layers);
  });

  it.each([
    [{ paused: 'no' }, 'paused'],
    [{ paused: false, effectiveProfile: 'best' }, 'effectiveProfile'],
    [7, ''],
  ])('closes where the response to enableConsumer is %j, and the log names the field', async (answer, field) => {
    const { server, said, notify, room } = await joinedWorld('mediasoup-v2');
    const errors: Error[] = [];
    room.on('requestFailed', ({ error }) => errors.push(error));
    server.on('enableConsumer', () => answer);
    notify('newConsumer', bobs(3333));
    await said.reaches(1);
    expect(said).toEqual(['requestFailed newConsumer error=badResponse']);
    expect(errors[0]).toMatchObject({ code: 'badResponse', method: 'enableConsumer' });
    expect(errors[0]?.message).toContain(field);
  });

  it('is enabled with layers chosen before or meanwhile', async () => {
    const { server, notify, room } = await joinedWorld('mediasoup-v2', { consume: 'manual' });
    await whenRead(room, () => {
      notify('newConsumer', bobs(3333));
    });
    const consumer = room.consumers.get('3333');
    await consumer?.setPreferredLayers({ spatialLayer: 0 });
    expect(server.received).toEqual([]);
    let answer = () => {};
    server.on(
      'enableConsumer',
      () =>
        new Promise(
          (resolve) =>
            (answer = () => {
              resolve({});
            }),
        ),
    );
    const asked = server.got('enableConsumer');
    const subscribing = consumer?.setSubscribed(true);
    expect(await asked).toMatchObject({ preferredProfile: 'low' });
    await consumer?.setPreferredLayers({ spatialLayer: 1 });
    answer();
    await subscribing;
    expect(server.methods()).toEqual(['updateTransport', 'enableConsumer', 'setConsumerPreferredProfile']);
    expect(server.last('setConsumerPreferredProfile').profile).toBe('medium');
  });

  it('is not requested with a preferred profile that the server has set already', async () => {
    const { room, server, notify, consumer } = await consumingWorld('mediasoup-v2');
    await whenRead(room, () => {
      notify('consumerPreferredProfileSet', { id: 3333, peerName: 'bob', profile: 'low' });
    });
    expect(consumer.preferredLayers).toEqual({ spatialLayer: 0 });
    await consumer.setPreferredLayers({ spatialLayer: 0 });
    expect(server.received).toEqual([]);
    await consumer.setPreferredLayers({ spatialLayer: 1 });
    expect(server.methods()).toEqual(['setConsumerPreferredProfile']);
  });
});

describe('a consumer in mediasoup-v2-alpha', () => {
  it('requests retransmission only where its parameters have it', async () => {
    const { server, notify } = await joinedWorld('mediasoup-v2-alpha');
    notify('newConsumer', bobs(3333, { kind: 'audio' }));
    await server.sent('enableSender');
    expect(server.last('enableSender').rtpSettings).toEqual({ useRtx: false });
  });

  it.each(['stopSender', 'playSender'])('reverts when the server refuses %s', async (method) => {
    const { server, consumer } = await consumingWorld('mediasoup-v2-alpha');
    if (method === 'playSender') await consumer.pause();
    const before = consumer.localPaused;
    server.on(method, () => {
      throw new Error('no');
    });
    await expect(before ? consumer.resume() : consumer.pause()).rejects.toMatchObject({
      code: 'requestRefused',
      method,
    });
    expect(consumer.localPaused).toBe(before);
    server.on(method, () => ({}));
    await (before ? consumer.resume() : consumer.pause());
    expect(consumer.localPaused).toBe(!before);
  });
});

async function consumingWorldWithLog(name: V2DialectName) {
  const world = await joinedWorld(name);
  await whenRead(world.room, () => {
    world.notify('newConsumer', bobs(3333));
  });
  return world;
}
