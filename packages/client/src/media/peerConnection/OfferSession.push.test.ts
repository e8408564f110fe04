import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenCalled } from '@tureen/testkit/whenCalled';

import { TureenError } from '../../shared/errors.ts';
import { PeerConnectionEngine } from './PeerConnectionEngine.ts';
import {
  FakeRtcPeerConnection,
  chromiumVideo,
  handlers,
  openInFakeBrowser,
  trackOf,
  willingPush,
  type OpenInFakeBrowserOptions,
} from './peerConnectionFixture.ts';
import { answerTo, vp8 } from './sdpFixture.ts';

const pushVideo = async (options: OpenInFakeBrowserOptions = {}, more: { paused?: boolean; codec?: string } = {}) => {
  const browser = openInFakeBrowser(options);
  const track = trackOf('video');
  const exchange = willingPush();
  const producer = await browser.session.push({ id: 'p', track, ...more }, exchange, handlers());
  return { ...browser, pc: browser.pc, track, producer, exchange };
};

describe('OfferSession.push()', () => {
  test('opens a connection with one offer and one answer for a push', async () => {
    const { connections, pc, producer, exchange, track } = await pushVideo();

    expect(connections).toHaveLength(1);
    expect(pc.configuration).toEqual({ bundlePolicy: 'max-bundle' });
    expect(pc.calls).toEqual([
      'addTransceiver',
      'setCodecPreferences',
      'createOffer',
      'setLocalDescription',
      'setRemoteDescription',
    ]);
    expect(pc.init).toEqual({ direction: 'sendonly', sendEncodings: [] });
    expect(pc.preferences.map(({ mimeType }) => mimeType)).toEqual(['video/VP8', 'video/H264', 'video/rtx']);
    expect(exchange).toHaveBeenCalledOnce();
    expect(exchange.mock.calls[0]?.[0]).not.toContain('a=candidate');
    expect(producer).toMatchObject({ id: 'p', kind: 'video', mid: '0', closed: false, track });
    expect(pc.remoteSdp).toContain('a=group:BUNDLE 0\r\n');
  });

  test('gives a producer the ID that the server assigned', async () => {
    const { session } = openInFakeBrowser();
    const producer = await session.push({ id: 'p', track: trackOf('video') }, willingPush('theirs'), handlers());
    expect(producer.id).toBe('theirs');
  });

  test('sends several encodings as simulcast with rids, and the last one alone to RTCPilot', async () => {
    const encodings = [{ maxBitrate: 100_000, scaleResolutionDownBy: 4 }, { maxBitrate: 900_000 }];
    for (const [profile, expected] of [
      [
        'standard',
        [
          { rid: 'r0', maxBitrate: 100_000, scaleResolutionDownBy: 4 },
          { rid: 'r1', maxBitrate: 900_000 },
        ],
      ],
      ['rtcpilot', [{ maxBitrate: 900_000 }]],
    ] as const) {
      const browser = openInFakeBrowser({ profile });
      await browser.session.push({ id: 'p', track: trackOf('video'), encodings }, willingPush(), handlers());
      expect(browser.pc.init?.sendEncodings).toEqual(expected);
    }
  });

  test('writes codec options into the answer, where the browser reads them', async () => {
    const browser = openInFakeBrowser({ offer: 'chromium-push-audio' });
    const codecOptions = {
      opusStereo: true,
      opusDtx: false,
      opusMaxAverageBitrate: 64_000,
      videoGoogleStartBitrate: 1,
    };
    await browser.session.push({ id: 'p', track: trackOf('audio'), codecOptions }, willingPush(), handlers());
    expect(browser.pc.remoteSdp).toMatch(/a=fmtp:111 .*stereo=1;usedtx=0;maxaveragebitrate=64000\r\n/);
    expect(browser.pc.remoteSdp).not.toContain('x-google');
  });

  test('detaches a paused push from its track before the offer, and sends after resume', async () => {
    const { pc, producer, track } = await pushVideo({}, { paused: true });
    const sender = pc.transceivers[0]?.sender;
    expect(sender?.replaceTrack.mock.calls).toEqual([[null]]);
    producer.resume();
    await whenCalled(sender!.replaceTrack, 2);
    expect(sender?.track).toBe(track);
  });

  test('uses the sender for pause, replaceTrack, layers and statistics, without negotiation', async () => {
    const { pc, producer, track, exchange } = await pushVideo();
    const sender = pc.transceivers[0]!.sender;
    sender.parameters.encodings = [{ rid: 'r0' }, { rid: 'r1' }, { rid: 'r2' }];
    const negotiated = pc.calls.length;
    const next = trackOf('video');

    producer.pause();
    await producer.replaceTrack(next);
    expect(sender.track).toBeNull();
    expect(producer.track).toBe(next);
    producer.resume();
    await producer.setMaxSpatialLayer(1);
    expect(sender.setParameters).toHaveBeenCalledWith({
      encodings: [
        { rid: 'r0', active: true },
        { rid: 'r1', active: true },
        { rid: 'r2', active: false },
      ],
    });
    expect([...(await producer.getStats()).keys()]).toEqual(['sender']);
    expect(sender.track).toBe(next);
    expect(track.readyState).toBe('live');
    expect(pc.calls).toHaveLength(negotiated);
    expect(exchange).toHaveBeenCalledOnce();
  });

  test('closes the connection with its producer, and keeps the track', async () => {
    const { pc, producer, track } = await pushVideo();
    producer.close();
    producer.close();
    expect(pc.calls.filter((call) => call === 'close')).toHaveLength(1);
    expect(producer.closed).toBe(true);
    expect(track.readyState).toBe('live');
    await expect(producer.replaceTrack(track)).rejects.toMatchObject({ code: 'closed' });
    await expect(producer.getStats()).rejects.toMatchObject({ code: 'closed' });
  });

  test('removes the listeners from a closed connection, which a browser may keep', async () => {
    const { session } = openInFakeBrowser();
    const removed = vi.spyOn(EventTarget.prototype, 'removeEventListener');
    const added = vi.spyOn(EventTarget.prototype, 'addEventListener');
    const listenersOf = (spy: typeof added, pc: unknown) =>
      spy.mock.calls
        .filter((_call, number) => spy.mock.contexts[number] === pc)
        .map(([type, listener]) => [type, listener]);
    onTestFinished(() => {
      removed.mockRestore();
      added.mockRestore();
    });
    const producer = await session.push({ id: 'p', track: trackOf('video') }, willingPush(), handlers());
    const pc = added.mock.contexts.find((one) => one instanceof FakeRtcPeerConnection);

    producer.close();

    expect(listenersOf(added, pc)).toHaveLength(1);
    expect(listenersOf(removed, pc)).toEqual(listenersOf(added, pc));
  });

  test('rejects pending calls of a closed producer', async () => {
    const { pc, producer } = await pushVideo();
    pc.transceivers[0]!.sender.getStats.mockReturnValue(new Promise(() => {}));
    const waiting = producer.getStats();
    producer.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
  });

  test.each<[string, OpenInFakeBrowserOptions, { codec?: string }, string]>([
    [
      'a Firefox without H264, for RTCPilot',
      { profile: 'rtcpilot', video: chromiumVideo.slice(0, 1) },
      {},
      'unsupportedCodec',
    ],
    ['a codec that the browser lacks', {}, { codec: 'video/AV1' }, 'unsupportedCodec'],
    ['a codec of the other kind', {}, { codec: 'audio/opus' }, 'invalidArgument'],
  ])('rejects %s without a request, and leaks nothing', async (_, options, more, code) => {
    const browser = openInFakeBrowser(options);
    const exchange = willingPush();
    await expect(
      browser.session.push({ id: 'p', track: trackOf('video'), ...more }, exchange, handlers()),
    ).rejects.toMatchObject({ code });
    expect(exchange).not.toHaveBeenCalled();
    expect(browser.pc.calls.at(-1)).toBe('close');
  });

  test('refuses an ended track before a connection is opened', async () => {
    const { session, connections } = openInFakeBrowser();
    const track = trackOf('video');
    track.stop();
    await expect(session.push({ id: 'p', track }, willingPush(), handlers())).rejects.toMatchObject({
      code: 'invalidState',
    });
    expect(connections).toHaveLength(0);
  });

  test('passes a refusal of the server on unchanged, and closes the connection', async () => {
    const browser = openInFakeBrowser();
    const refusal = new TureenError('requestRefused', 'invalid push request', { serverCode: -1 });
    const pushing = browser.session.push(
      { id: 'p', track: trackOf('video') },
      () => Promise.reject(refusal),
      handlers(),
    );
    await expect(pushing).rejects.toBe(refusal);
    expect(browser.pc.calls.at(-1)).toBe('close');
    expect(await browser.session.getTransportStats('send')).toBeNull();
  });

  test.each(['createOffer', 'setLocalDescription', 'setRemoteDescription', 'setCodecPreferences'])(
    'rejects with mediaFailed where the browser fails in %s',
    async (call) => {
      const error = new Error('no');
      const browser = openInFakeBrowser({ onConnection: (pc) => (pc.failure = { call, error }) });
      const pushing = browser.session.push({ id: 'p', track: trackOf('video') }, willingPush(), handlers());
      await expect(pushing).rejects.toMatchObject({ name: 'TureenError', code: 'mediaFailed', cause: error });
      expect(browser.pc.calls.at(-1)).toBe('close');
    },
  );

  test('rejects an answer that accepts nothing with unsupportedCodec and the offered codecs', async () => {
    const browser = openInFakeBrowser();
    const exchange = async (offer: string) => ({ sdp: answerTo(offer).replace(/^m=video 7/m, 'm=video 0') });
    await expect(
      browser.session.push({ id: 'p', track: trackOf('video') }, exchange, handlers()),
    ).rejects.toMatchObject({
      code: 'unsupportedCodec',
      message: expect.stringContaining('VP8') as unknown,
    });
  });

  test('drops an answer after the close', async () => {
    const browser = openInFakeBrowser();
    const answer = deferred<{ sdp: string }>();
    const asked = deferred<undefined>();
    const pushing = browser.session.push(
      { id: 'p', track: trackOf('video') },
      () => {
        asked.resolve(undefined);
        return answer.promise;
      },
      handlers(),
    );
    await asked.promise;
    browser.session.close();
    await expect(pushing).rejects.toMatchObject({ code: 'closed' });
    answer.resolve({ sdp: answerTo(browser.pc.localSdp) });
    await answer.promise;
    await expectUnchanged(() => browser.pc.calls.at(-1), 'close');
    await expect(
      browser.session.push({ id: 'q', track: trackOf('video') }, willingPush(), handlers()),
    ).rejects.toMatchObject({ code: 'closed' });
  });

  test('reports each state once, the close last, and logs a handler that throws', async () => {
    const browser = openInFakeBrowser();
    const listener = handlers();
    const producer = await browser.session.push({ id: 'p', track: trackOf('video') }, willingPush(), listener);
    listener.onConnectionState.mockImplementationOnce(() => {
      throw new Error('mine');
    });
    for (const state of ['connecting', 'connecting', 'connected', 'failed'] as const) browser.pc.changeState(state);
    producer.close();
    browser.pc.changeState('closed');
    expect(listener.onConnectionState.mock.calls.flat()).toEqual(['connecting', 'connected', 'failed', 'closed']);
    expect(browser.logger.error).toHaveBeenCalledOnce();
  });

  test('creates an engine without WebRTC, and rejects with unsupportedBrowser on use', async () => {
    const session = new PeerConnectionEngine().open();
    await expect(session.push({ id: 'p', track: trackOf('video') }, willingPush(), handlers())).rejects.toMatchObject({
      code: 'unsupportedBrowser',
    });
    expect(session.canReceive({ kind: 'video', rtpParam: vp8 })).toBe(false);
    session.close();
  });
});
