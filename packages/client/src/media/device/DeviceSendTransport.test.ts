import { describe, expect, test, vi } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenCalled } from '@tureen/testkit/whenCalled';
import { deferred } from '@tureen/kernel';

import { TureenError } from '../../shared/errors.ts';
import { openSession, trackOf, withSenders } from './deviceFixture.ts';

const never = () => new Promise<never>(() => {});

describe('DeviceSendTransport', () => {
  test('connects before anything is sent, once, and without a request for a data producer', async () => {
    const { send, sendTransport } = await openSession();

    await sendTransport.connect?.();
    await sendTransport.connect?.();
    await sendTransport.produceData({ label: 'chat' });

    expect(send.onConnect).toHaveBeenCalledOnce();
    expect(send.onProduceData).toHaveBeenCalledOnce();
  });

  test('connects, requests the producer and resolves with the ID of the server', async () => {
    const { send, sendTransport } = await openSession();
    const track = trackOf('video');

    const producer = await sendTransport.produce({ track, appData: { source: 'camera' } });

    expect(send.onConnect).toHaveBeenCalledOnce();
    expect(send.onProduce).toHaveBeenCalledWith({
      kind: 'video',
      rtpParameters: expect.objectContaining({ mid: expect.any(String) as unknown }) as unknown,
      appData: { source: 'camera' },
      paused: false,
    });
    expect(producer).toMatchObject({ id: 'producer-0', kind: 'video', track, closed: false });
  });

  test.each(['onConnect', 'onProduce'] as const)(
    'rejects the produce with the error where %s throws synchronously',
    async (name) => {
      const { send, sendTransport } = await openSession();
      send[name].mockImplementationOnce(() => {
        throw new TureenError('requestRefused', 'no');
      });
      await expect(sendTransport.produce({ track: trackOf('audio') })).rejects.toMatchObject({
        code: 'requestRefused',
        message: 'no',
      });
    },
  );

  test('times out a produce without a response, and continues with queued calls', async () => {
    const { send, sendTransport, clock } = await openSession();
    send.onProduce.mockImplementationOnce(never);
    const first = sendTransport.produce({ track: trackOf('audio') });
    const second = sendTransport.produce({ track: trackOf('video') });
    await whenCalled(send.onProduce);
    expect(send.onProduce).toHaveBeenCalledOnce();

    clock.advance(5000);

    await expect(first).rejects.toMatchObject({ code: 'requestTimeout', retryable: true });
    await expect(second).resolves.toMatchObject({ kind: 'video' });
    expect(clock.pending).toBe(0);
  });

  test('times out a transport operation that is awaited inside onProduce, without a deadlock', async () => {
    const { send, sendTransport, clock } = await openSession();
    const started = deferred<undefined>();
    send.onProduce.mockImplementationOnce(async () => {
      started.resolve(undefined);
      return (await sendTransport.produce({ track: trackOf('video') })).id;
    });
    const outer = sendTransport.produce({ track: trackOf('audio') });
    await started.promise;

    clock.advance(5000);

    await expect(outer).rejects.toMatchObject({ code: 'requestTimeout' });
  });

  test('leaves the track unchanged when the produce is refused, breaks or is closed', async () => {
    const { send, sendTransport, sendVendor } = await openSession();
    const track = trackOf('audio');
    send.onProduce.mockRejectedValueOnce(new TureenError('requestRefused', 'no'));
    await expect(sendTransport.produce({ track })).rejects.toMatchObject({ code: 'requestRefused' });
    const producer = await sendTransport.produce({ track });
    producer.close();
    vi.spyOn(sendVendor, 'send').mockRejectedValueOnce(new Error('SDP'));
    await expect(sendTransport.produce({ track })).rejects.toMatchObject({ code: 'mediaFailed' });
    sendTransport.close();

    expect(track.readyState).toBe('live');
    expect(track.enabled).toBe(true);
  });

  test('rejects a pending produce with closed when the transport closes, and retains nothing', async () => {
    const { send, sendTransport, clock } = await openSession();
    const answer = deferred<string>();
    send.onProduce.mockReturnValueOnce(answer.promise);
    const track = trackOf('audio');
    const listen = vi.spyOn(track, 'addEventListener');
    const waiting = sendTransport.produce({ track });
    const queued = sendTransport.produce({ track: trackOf('video') });
    await whenCalled(send.onProduce);

    sendTransport.close();

    await expect(waiting).rejects.toMatchObject({ name: 'TureenError', code: 'closed' });
    await expect(queued).rejects.toMatchObject({ name: 'TureenError', code: 'closed' });
    answer.resolve('too late');
    await answer.promise;
    expect(listen).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  test('rejects on close a produce whose browser call never settles', async () => {
    const { sendTransport, sendVendor } = await openSession();
    vi.spyOn(sendVendor, 'send').mockImplementationOnce(never);
    const waiting = sendTransport.produce({ track: trackOf('audio') });
    sendTransport.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
  });

  test('breaks on a refused connect: reports failed once, and rejects further calls', async () => {
    const { send, sendTransport, sendVendor } = await openSession();
    send.onConnect.mockRejectedValueOnce(new TureenError('connectionLost', 'gone'));
    const both = await Promise.allSettled([
      sendTransport.produce({ track: trackOf('audio') }),
      sendTransport.produceData({ label: 'chat' }),
    ]);

    expect(both[0]).toMatchObject({ status: 'rejected', reason: { code: 'connectionLost' } });
    expect(send.onConnectionState.mock.calls).toEqual([['connecting'], ['failed']]);
    expect(sendTransport.connectionState).toBe('failed');
    await expect(sendTransport.produce({ track: trackOf('audio') })).rejects.toMatchObject({ code: 'mediaFailed' });
    await expect(sendTransport.restartIce({ usernameFragment: 'u', password: 'p' })).rejects.toMatchObject({
      code: 'mediaFailed',
    });
    sendVendor.emit('@connectionstatechange', 'connected');
    expect(sendTransport.connectionState).toBe('failed');
  });

  test('continues after a state handler throws', async () => {
    const { send, sendTransport } = await openSession();
    send.onConnect.mockRejectedValueOnce(new TureenError('connectionLost', 'gone'));
    send.onConnectionState.mockImplementation(() => {
      throw new Error('a bug of the app');
    });
    await expect(sendTransport.produce({ track: trackOf('audio') })).rejects.toMatchObject({ code: 'connectionLost' });
  });

  test('breaks on an SDP that the browser refuses', async () => {
    const { send, sendTransport, sendVendor } = await openSession();
    vi.spyOn(sendVendor, 'send').mockRejectedValueOnce(new DOMException('bad', 'InvalidAccessError'));

    await expect(sendTransport.produce({ track: trackOf('audio') })).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(send.onConnectionState).toHaveBeenLastCalledWith('failed');
  });

  test('survives a refusal, whose section leaves the SDP in queue order and not during the next produce', async () => {
    const { send, sendTransport, sendVendor } = await openSession();
    const order: string[] = [];
    const sendOne = sendVendor.send.bind(sendVendor);
    vi.spyOn(sendVendor, 'send').mockImplementation(async (options) => {
      order.push(`send ${options.track.kind}`);
      const result = await sendOne(options);
      order.push(`sent ${options.track.kind}`);
      return result;
    });
    const stop = vi.spyOn(sendVendor, 'stopSending').mockImplementation(async () => {
      order.push('stop');
    });
    send.onProduce.mockRejectedValueOnce(new TureenError('requestRefused', 'no'));

    const refused = sendTransport.produce({ track: trackOf('audio') });
    const next = sendTransport.produce({ track: trackOf('video') });

    await expect(refused).rejects.toMatchObject({ code: 'requestRefused' });
    await expect(next).resolves.toMatchObject({ closed: false });
    await whenCalled(stop);
    expect(order).toEqual(['send audio', 'sent audio', 'send video', 'sent video', 'stop']);
    expect(send.onConnectionState).not.toHaveBeenCalledWith('failed');
  });

  test.each([7, '', null, undefined])('rejects %j as the ID of a producer with badResponse', async (id) => {
    const { send, sendTransport } = await openSession();
    send.onProduce.mockResolvedValueOnce(id as never);
    await expect(sendTransport.produce({ track: trackOf('audio') })).rejects.toMatchObject({ code: 'badResponse' });
  });

  test('states in each request whether the producer starts paused, for enabled and disabled tracks', async () => {
    const { send, sendTransport } = await openSession();
    const disabled = trackOf('video');
    disabled.enabled = false;

    await Promise.all([
      sendTransport.produce({ track: trackOf('audio'), paused: true }),
      sendTransport.produce({ track: disabled }),
    ]);

    expect(send.onProduce.mock.calls.map(([request]) => [request.kind, request.paused])).toEqual([
      ['audio', true],
      ['video', false],
    ]);
  });

  test('detaches a producer that starts paused from its track before the first offer', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const [senders, track] = [withSenders(sendVendor), trackOf('video')];

    const producer = await sendTransport.produce({ track, paused: true });

    expect(senders[0]?.replaceTrack.mock.calls).toEqual([[null]]);
    producer.resume();
    await whenCalled(senders[0]!.replaceTrack, 2);
    expect(senders[0]?.track).toBe(track);
  });

  test('opens a data channel without an earlier producer, and reports its events', async () => {
    const { send, sendTransport } = await openSession();

    const producer = await sendTransport.produceData({ label: 'chat', protocol: 'text', maxRetransmits: 3 });

    expect(send.onConnect).toHaveBeenCalledOnce();
    expect(send.onProduceData).toHaveBeenCalledWith({
      sctpStreamParameters: expect.objectContaining({ ordered: false, maxRetransmits: 3 }) as unknown,
      label: 'chat',
      protocol: 'text',
      appData: {},
    });
    expect(producer).toMatchObject({ readyState: 'connecting', closed: false });
    expect(() => {
      producer.send('x');
    }).toThrow(expect.objectContaining({ code: 'invalidState' }));
    producer.close();
    expect(producer).toMatchObject({ readyState: 'closed', closed: true });
  });

  test('closes a refused data channel, and stays open', async () => {
    const { send, sendTransport } = await openSession();
    send.onProduceData.mockRejectedValueOnce(new TureenError('requestRefused', 'no'));
    await expect(sendTransport.produceData({ label: 'a' })).rejects.toMatchObject({ code: 'requestRefused' });
    await expect(sendTransport.produceData({ label: 'b' })).resolves.toMatchObject({ closed: false });
  });

  test('passes codec options and the requested codec to the browser', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const spy = vi.spyOn(sendVendor, 'send');

    await sendTransport.produce({ track: trackOf('audio'), codec: 'audio/OPUS', codecOptions: { opusDtx: true } });

    expect(spy.mock.calls[0]?.[0]).toMatchObject({
      codec: { mimeType: 'audio/opus' },
      codecOptions: { opusDtx: true },
    });
  });

  test.each([
    ['video/H265', 'unsupportedCodec'],
    ['audio/opus', 'invalidArgument'],
  ])('rejects %s for a video track with %s', async (codec, code) => {
    const { send, sendTransport } = await openSession();
    await expect(sendTransport.produce({ track: trackOf('video'), codec })).rejects.toMatchObject({ code });
    expect(send.onConnect).not.toHaveBeenCalled();
  });

  test('copies encodings, so that one table serves many producers', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const spy = vi.spyOn(sendVendor, 'send');
    const encodings = Object.freeze([
      Object.freeze({ maxBitrate: 100_000, scaleResolutionDownBy: 2, scalabilityMode: 'L1T3' }),
      Object.freeze({ maxBitrate: 500_000, scalabilityMode: 'L1T3' }),
    ]);

    await sendTransport.produce({ track: trackOf('video'), encodings });
    await sendTransport.produce({ track: trackOf('video'), encodings });

    expect(spy.mock.calls[0]?.[0].encodings).not.toBe(encodings);
    expect(spy.mock.calls[1]?.[0].encodings).toMatchObject(encodings);
    expect(Object.keys(encodings[0] ?? {})).toEqual(['maxBitrate', 'scaleResolutionDownBy', 'scalabilityMode']);
  });

  test('refuses an ended track before any request', async () => {
    const { send, sendTransport } = await openSession();
    const track = trackOf('video');
    track.stop();
    await expect(sendTransport.produce({ track })).rejects.toMatchObject({ code: 'invalidState' });
    expect(send.onConnect).not.toHaveBeenCalled();
  });

  test('runs restartIce after a pending produce', async () => {
    const { send, sendTransport, sendVendor } = await openSession();
    const answer = deferred<string>();
    send.onProduce.mockReturnValueOnce(answer.promise);
    const restart = vi.spyOn(sendVendor, 'restartIce');
    const producing = sendTransport.produce({ track: trackOf('audio') });
    const restarting = sendTransport.restartIce({ usernameFragment: 'new', password: 'secret' });
    await whenCalled(send.onProduce);
    await expectUnchanged(() => restart.mock.calls, []);

    answer.resolve('p');
    await producing;
    await restarting;
    expect(restart).toHaveBeenCalledWith({ usernameFragment: 'new', password: 'secret' });
  });

  test('reports each change of the connection state', async () => {
    const { send, sendTransport, sendVendor } = await openSession();
    for (const state of ['connecting', 'connected', 'connected', 'disconnected', 'failed', 'connected'] as const)
      sendVendor.emit('@connectionstatechange', state);

    expect(send.onConnectionState.mock.calls.flat()).toEqual([
      'connecting',
      'connected',
      'disconnected',
      'failed',
      'connected',
    ]);
    expect(sendTransport.connectionState).toBe('connected');
  });
});
