import { describe, expect, test, vi } from 'vitest';
import { whenCalled } from '@tureen/testkit/whenCalled';
import { deferred } from '@tureen/kernel';

import { describeTransport, offer, openSession } from './deviceFixture.ts';

/** Makes the browser refuse each SDP with a consumer of one of these IDs. */
function refuse(vendor: Awaited<ReturnType<typeof openSession>>['recvVendor'], ...ids: string[]) {
  const receive = vendor.receive.bind(vendor);
  return vi.spyOn(vendor, 'receive').mockImplementation(async (list) => {
    if (list.some((one) => ids.includes(one.trackId))) throw new DOMException('bad SDP', 'OperationError');
    return receive(list);
  });
}

describe('DeviceRecvTransport', () => {
  test('connects before anything is consumed, over a channel on the last stream, and once', async () => {
    const { recv, recvTransport, recvVendor } = await openSession();
    const channels = vi.spyOn(recvVendor, 'receiveDataChannel');

    await recvTransport.connect?.();
    await recvTransport.connect?.();
    await recvTransport.consume(offer('v'));

    expect(recv.onConnect).toHaveBeenCalledOnce();
    expect(channels.mock.calls.map(([{ sctpStreamParameters }]) => sctpStreamParameters.streamId)).toEqual([1023]);
  });

  test.each([
    ['without data channels', undefined],
    ['whose server may assign every stream', { OS: 16, MIS: 16 }],
  ])('does not connect early on a transport %s', async (_what, streams) => {
    const { session } = await openSession();
    const description = describeTransport('other');
    const { sctpParameters } = description;
    const onConnect = vi.fn(async () => {});
    const recvTransport = session.createRecvTransport(
      { ...description, sctpParameters: streams && sctpParameters && { ...sctpParameters, ...streams } },
      { onConnect, onConnectionState: () => {} },
    );

    await recvTransport.connect?.();
    expect(onConnect).not.toHaveBeenCalled();
    await recvTransport.consume(offer('v'));
    expect(onConnect).toHaveBeenCalledOnce();
  });

  test('connects once on consume, and resolves to a live track', async () => {
    const { recv, recvTransport } = await openSession();

    const [video, audio] = await Promise.all([
      recvTransport.consume(offer('v')),
      recvTransport.consume(offer('a', 'audio/opus')),
    ]);

    expect(recv.onConnect).toHaveBeenCalledOnce();
    expect(video).toMatchObject({ id: 'v', kind: 'video', closed: false });
    expect(audio.track).toMatchObject({ kind: 'audio', readyState: 'live' });
  });

  test('closes a consumer that arrives after close at once, and rejects with closed', async () => {
    const { recvTransport, recvVendor } = await openSession();
    const [received, gate] = [deferred<MediaStreamTrack[]>(), deferred<undefined>()];
    const receive = recvVendor.receive.bind(recvVendor);
    vi.spyOn(recvVendor, 'receive').mockImplementation(async (list) => {
      const results = await receive(list);
      received.resolve(results.map(({ track }) => track));
      await gate.promise;
      return results;
    });
    const consuming = recvTransport.consume(offer('v'));
    const tracks = await received.promise;
    const stop = vi.spyOn(tracks[0]!, 'stop');

    recvTransport.close();
    await expect(consuming).rejects.toMatchObject({ code: 'closed' });
    gate.resolve(undefined);
    await whenCalled(stop);
    expect(tracks.map((track) => track.readyState)).toEqual(['ended']);
  });

  test('consumes an ID once, even after the consumer closed', async () => {
    const { recvTransport, recvVendor } = await openSession();
    const receive = vi.spyOn(recvVendor, 'receive');
    const first = recvTransport.consume(offer('v'));
    await expect(recvTransport.consume(offer('v'))).rejects.toMatchObject({ code: 'unsupported' });
    (await first).close();

    await expect(recvTransport.consume(offer('v'))).rejects.toMatchObject({ code: 'unsupported' });
    expect(receive.mock.calls.flatMap(([list]) => list.map((one) => one.trackId)).filter((id) => id === 'v')).toEqual([
      'v',
    ]);
  });

  test('rejects malformed parameters alone, before they reach the browser', async () => {
    const { recv, recvTransport } = await openSession();
    const bad = offer('bad');

    const outcomes = await Promise.allSettled([
      recvTransport.consume({ ...bad, rtpParameters: { ...bad.rtpParameters, encodings: [] } }),
      recvTransport.consume(offer('good')),
    ]);

    expect(outcomes).toMatchObject([{ reason: { code: 'badResponse' } }, { value: { id: 'good' } }]);
    expect(recv.onConnectionState).not.toHaveBeenCalledWith('failed');
  });

  test('rejects only the consumer that the browser refuses, and retries its batch one by one', async () => {
    const { recv, recvTransport, recvVendor } = await openSession();
    refuse(recvVendor, 'bad');

    const outcomes = await Promise.allSettled(['a', 'bad', 'b'].map((id) => recvTransport.consume(offer(id))));

    expect(outcomes).toMatchObject([
      { value: { id: 'a' } },
      { reason: { code: 'mediaFailed' } },
      { value: { id: 'b' } },
    ]);
    expect(recv.onConnectionState).not.toHaveBeenCalledWith('failed');
    await expect(recvTransport.consume(offer('c'))).resolves.toMatchObject({ id: 'c' });
  });

  test('breaks when no consumer of a batch succeeds', async () => {
    const { recv, recvTransport, recvVendor } = await openSession();
    refuse(recvVendor, 'a', 'b');

    const outcomes = await Promise.allSettled(['a', 'b'].map((id) => recvTransport.consume(offer(id))));

    expect(outcomes).toMatchObject([{ reason: { code: 'mediaFailed' } }, { reason: { code: 'mediaFailed' } }]);
    expect(recv.onConnectionState.mock.calls.flat().filter((state) => state === 'failed')).toEqual(['failed']);
  });

  test('breaks on a refused connect, and retries nothing', async () => {
    const { recv, recvTransport } = await openSession();
    recv.onConnect.mockRejectedValue(new Error('no'));

    const outcomes = await Promise.allSettled(['a', 'b'].map((id) => recvTransport.consume(offer(id))));

    expect(outcomes).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(recv.onConnect).toHaveBeenCalledOnce();
    expect(recvTransport.connectionState).toBe('failed');
  });

  type Offer = ReturnType<typeof offer>;
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;

  test.each<[string, (offer: Offer) => object]>([
    ['a numeric id', () => ({ id: 7 })],
    ['no codecs', ({ rtpParameters }) => ({ rtpParameters: { ...rtpParameters, codecs: [] } })],
    ['codecs of the other kind', () => ({ kind: 'audio' })],
    ['the mid of the probator', ({ rtpParameters }) => ({ rtpParameters: { ...rtpParameters, mid: 'probator' } })],
    ['a line break', ({ rtpParameters }) => ({ rtpParameters: { ...rtpParameters, rtcp: { cname: 'x\r\na=y' } } })],
    ['endless nesting', ({ rtpParameters }) => ({ rtpParameters: { ...rtpParameters, msid: nested(100_000) } })],
    ['an SSRC of 0', ({ rtpParameters }) => ({ rtpParameters: { ...rtpParameters, encodings: [{ ssrc: 0 }] } })],
    [
      'one SSRC twice',
      ({ rtpParameters }) => ({ rtpParameters: { ...rtpParameters, encodings: [{ ssrc: 5, rtx: { ssrc: 5 } }] } }),
    ],
  ])('refuses a consumer with %s before it reaches the browser', async (_title, change) => {
    const { recvTransport, recvVendor } = await openSession();
    const receive = vi.spyOn(recvVendor, 'receive');
    const good = offer('v');
    await expect(recvTransport.consume({ ...good, ...change(good) })).rejects.toMatchObject({
      name: 'TureenError',
      code: expect.stringMatching(/^(badResponse|unsupportedCodec)$/) as unknown,
    });
    expect(receive).not.toHaveBeenCalled();
  });

  test('rejects a codec that the browser cannot decode with unsupportedCodec', async () => {
    const { session, recvTransport } = await openSession();
    const one = offer('v');
    const codecs = one.rtpParameters.codecs.map((codec) => ({
      ...codec,
      payloadType: codec.payloadType === 101 ? 55 : 56,
    }));
    const rtpParameters = { ...one.rtpParameters, codecs };

    expect(session.canReceive(rtpParameters)).toBe(false);
    await expect(recvTransport.consume({ ...one, rtpParameters })).rejects.toMatchObject({ code: 'unsupportedCodec' });
  });

  test('keeps MIDs distinct while consumers open and close, even where the server sends none', async () => {
    const { recvTransport, recvVendor } = await openSession();
    const receive = vi.spyOn(recvVendor, 'receive');
    const withoutMid = (id: string) => {
      const { mid: _mid, headerExtensions: _extensions, ...rtpParameters } = offer(id).rtpParameters;
      return { ...offer(id), rtpParameters };
    };
    for (const id of ['a', 'b', 'c']) (await recvTransport.consume(withoutMid(id))).close();
    await recvTransport.consume(withoutMid('d'));

    const mids = receive.mock.calls.flatMap(([list]) => list.map((one) => one.rtpParameters.mid));
    expect(new Set(mids).size).toBe(mids.length);
    expect(mids).not.toContain(undefined);
  });

  test('disables the track of a paused consumer without renegotiation', async () => {
    const { recvTransport, recvVendor } = await openSession();
    const pause = vi.spyOn(recvVendor, 'pauseReceiving');
    const resume = vi.spyOn(recvVendor, 'resumeReceiving');
    const consumer = await recvTransport.consume(offer('v'));

    consumer.pause();
    consumer.pause();
    expect(consumer.track.enabled).toBe(false);
    consumer.resume();
    expect(consumer.track.enabled).toBe(true);

    // All queued operations would have run before this one.
    await recvTransport.restartIce({ usernameFragment: 'u', password: 'p' });
    expect(pause).not.toHaveBeenCalled();
    expect(resume).not.toHaveBeenCalled();
  });

  test('ends the track of a consumer that closes, or whose transport closes', async () => {
    const { recvTransport } = await openSession();
    const [first, second] = await Promise.all([recvTransport.consume(offer('a')), recvTransport.consume(offer('b'))]);

    first.close();
    expect([first.track.readyState, second.track.readyState]).toEqual(['ended', 'live']);
    recvTransport.close();
    expect(second).toMatchObject({ closed: true, track: { readyState: 'ended' } });
    await expect(second.getStats()).rejects.toMatchObject({ code: 'closed' });
  });

  test('delivers data messages that arrived before the listener', async () => {
    const { recvTransport, recvVendor } = await openSession();
    const channels: EventTarget[] = [];
    const receive = recvVendor.receiveDataChannel.bind(recvVendor);
    vi.spyOn(recvVendor, 'receiveDataChannel').mockImplementation(async (options) => {
      const result = await receive(options);
      channels.push(result.dataChannel);
      return result;
    });
    const consumer = await recvTransport.consumeData({
      id: 'd',
      dataProducerId: 'p',
      sctpStreamParameters: { streamId: 3 },
      label: 'chat',
    });
    const messages: unknown[] = [];
    channels[0]?.dispatchEvent(Object.assign(new Event('message'), { data: 'early' }));

    consumer.listen({
      onMessage: (data) => messages.push(data),
      onOpen: () => messages.push('open'),
      onClose: () => messages.push('close'),
      onError: () => messages.push('error'),
    });
    for (const type of ['open', 'close']) channels[0]?.dispatchEvent(new Event(type));

    expect(messages).toEqual(['early', 'open', 'close']);
    expect(consumer.closed).toBe(true);
  });

  test('requires a unique ID and stream for a data consumer, and a transport with SCTP', async () => {
    const { recvTransport } = await openSession();
    const data = { dataProducerId: 'p', label: '', sctpStreamParameters: { streamId: 3 } };
    const first = await recvTransport.consumeData({ ...data, id: 'd' });

    await expect(recvTransport.consumeData({ ...data, id: 'd' })).rejects.toMatchObject({ code: 'invalidState' });
    await expect(recvTransport.consumeData({ ...data, id: 'e' })).rejects.toMatchObject({ code: 'badResponse' });
    await expect(
      recvTransport.consumeData({ ...data, id: 'f', sctpStreamParameters: { streamId: 70_000 } }),
    ).rejects.toMatchObject({ code: 'badResponse' });
    first.close();
    await expect(recvTransport.consumeData({ ...data, id: 'd' })).resolves.toMatchObject({ id: 'd' });
  });
});
