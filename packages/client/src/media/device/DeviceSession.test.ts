import { describe, expect, test } from 'vitest';

import { DeviceEngine } from './DeviceEngine.ts';
import { describeTransport, fakeBrowser, openSession, routerRtpCapabilities, trackOf } from './deviceFixture.ts';

const noHandlers = { onConnect: async () => {}, onConnectionState: () => {} };

describe('DeviceSession', () => {
  test('returns receive capabilities, sendable kinds and codecs shared with the router from load', async () => {
    const { capabilities } = await openSession();

    const mimeTypes = capabilities.recvRtpCapabilities.codecs?.map((codec) => codec.mimeType);
    expect(mimeTypes).toEqual(expect.arrayContaining(['audio/opus', 'video/VP8']));
    expect(capabilities.canSend).toEqual({ audio: true, video: true });
  });

  test('loads capabilities once, even when the second load starts during the first', async () => {
    const session = fakeBrowser().engine.open();
    const first = session.load(routerRtpCapabilities());

    await expect(session.load(routerRtpCapabilities())).rejects.toMatchObject({ code: 'invalidState' });
    await first;
    await expect(session.load(routerRtpCapabilities())).rejects.toMatchObject({ code: 'invalidState' });
  });

  test('has its own device, so that a rejoin can load another router', async () => {
    const { engine } = fakeBrowser();
    const first = engine.open();
    await first.load(routerRtpCapabilities());
    first.close();

    await expect(engine.open().load(routerRtpCapabilities())).resolves.toMatchObject({ canSend: { audio: true } });
  });

  test('returns SCTP capabilities although mediasoup-client has none', async () => {
    const { capabilities } = await openSession();
    expect(capabilities.sctpCapabilities).toEqual({ numStreams: { OS: 1024, MIS: 1024 } });
  });

  test('rejects a browser unknown to mediasoup-client with unsupportedBrowser', async () => {
    await expect(new DeviceEngine().open().load(routerRtpCapabilities())).rejects.toMatchObject({
      code: 'unsupportedBrowser',
    });
  });

  test('rejects a known browser without RTCPeerConnection with unsupportedBrowser', async () => {
    const session = new DeviceEngine({ handlerName: 'Chrome111' }).open();
    await expect(session.load(routerRtpCapabilities())).rejects.toMatchObject({ code: 'unsupportedBrowser' });
  });

  test.each([
    ['no object', null],
    ['codecs that are not an array', { codecs: 'opus' }],
    [
      'a codec without a clock rate',
      { codecs: [{ kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100 }] },
    ],
    ['a line break', { codecs: [], headerExtensions: [{ kind: 'audio', uri: 'a\r\nb', preferredId: 1 }] }],
  ])('rejects router capabilities that are %s with badResponse', async (_title, capabilities) => {
    const session = fakeBrowser().engine.open();
    await expect(session.load(capabilities as never)).rejects.toMatchObject({ code: 'badResponse' });
  });

  test('rejects a router without a common codec with unsupportedCodec', async () => {
    const session = fakeBrowser().engine.open();
    const codecs = [{ kind: 'audio', mimeType: 'audio/SILK', preferredPayloadType: 96, clockRate: 16_000 }];
    await expect(session.load({ codecs, headerExtensions: [] } as never)).rejects.toMatchObject({
      code: 'unsupportedCodec',
    });
  });

  test('requires load and an open session for transports', async () => {
    const session = fakeBrowser().engine.open();
    expect(() => session.createRecvTransport(describeTransport('t'), noHandlers)).toThrow(
      expect.objectContaining({ code: 'invalidState' }),
    );
    await session.load(routerRtpCapabilities());
    session.close();
    expect(() => session.createRecvTransport(describeTransport('t'), noHandlers)).toThrow(
      expect.objectContaining({ code: 'closed' }),
    );
  });

  test('rejects a pending load with closed when the session closes', async () => {
    const session = fakeBrowser().engine.open();
    const loading = session.load(routerRtpCapabilities());
    session.close();
    await expect(loading).rejects.toMatchObject({ code: 'closed' });
  });

  test.each([
    ['a numeric id', { id: 7 }],
    ['no ICE password', { iceParameters: { usernameFragment: 'u' } }],
    ['no ICE parameters', { iceParameters: undefined }],
    ['no DTLS parameters', { dtlsParameters: undefined }],
    ['no candidates', { iceCandidates: undefined }],
    ['no fingerprint', { dtlsParameters: { role: 'auto', fingerprints: [] } }],
    ['a line break', { iceParameters: { usernameFragment: 'u\r\na=x', password: 'p' } }],
  ])('rejects a transport described with %s with badResponse', async (_title, change) => {
    const { session } = await openSession();
    expect(() => session.createRecvTransport({ ...describeTransport('t'), ...change } as never, noHandlers)).toThrow(
      expect.objectContaining({ code: 'badResponse' }),
    );
  });

  test('closes both transports with their media, and calls no handler', async () => {
    const { session, send, sendTransport, recvTransport } = await openSession();
    const producer = await sendTransport.produce({ track: trackOf('audio') });
    send.onConnectionState.mockClear();

    session.close();
    session.close();

    expect([producer.closed, sendTransport.closed, recvTransport.closed]).toEqual([true, true, true]);
    expect(sendTransport.connectionState).toBe('closed');
    expect(send.onConnectionState).not.toHaveBeenCalled();
    await expect(sendTransport.produce({ track: trackOf('audio') })).rejects.toMatchObject({ code: 'closed' });
    await expect(producer.getStats()).rejects.toMatchObject({ code: 'closed' });
  });
});
