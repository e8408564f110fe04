import { describe, expect, it, vi } from 'vitest';

import { describeTransport, offer, openSession } from './deviceFixture.ts';

type Offer = ReturnType<typeof offer>;
type Parameters = Offer['rtpParameters'];

const withCodec = (change: object) => (rtp: Parameters) => ({
  codecs: rtp.codecs.map((codec, index) => (index === 0 ? { ...codec, ...change } : codec)),
});

describe('an engine with values that do not fit an SDP', () => {
  it.each<[string, (rtp: Parameters) => object]>([
    ['mid with a space', () => ({ mid: 'a b' })],
    ['mid beyond ASCII', () => ({ mid: 'ž' })],
    ['mid that no browser accepts', () => ({ mid: 'm'.repeat(17) })],
    ['cname beyond ASCII', () => ({ rtcp: { cname: 'Žofie' } })],
    ['cname with a tab', () => ({ rtcp: { cname: 'a\tb' } })],
    ['MIME type with a space', withCodec({ mimeType: 'video/V P8' })],
    ['MIME type beyond ASCII', withCodec({ mimeType: 'video/ŽP8' })],
    ['codec parameter beyond ASCII', withCodec({ parameters: { note: 'ž' } })],
    ['codec parameter with a semicolon', withCodec({ parameters: { note: 'a;b=1' } })],
    ['name of a codec parameter with a space', withCodec({ parameters: { 'a b': 1 } })],
    ['codec parameter that is an object', withCodec({ parameters: { deep: { a: 1 } } })],
    ['feedback beyond ASCII', withCodec({ rtcpFeedback: [{ type: 'nack', parameter: 'ž' }] })],
    ['feedback with a line break', withCodec({ rtcpFeedback: [{ type: 'nack\n', parameter: '' }] })],
    ['extension without a valid URI', () => ({ headerExtensions: [{ uri: 'žebra', id: 3 }] })],
    ['extension whose URI has a space', () => ({ headerExtensions: [{ uri: 'urn:a b', id: 3 }] })],
    ['rid with a semicolon', () => ({ encodings: [{ ssrc: 5, rid: 'a;b' }] })],
    ['payload type reserved for RTCP', withCodec({ payloadType: 72 })],
    ['129 codecs', (rtp) => ({ codecs: Array.from({ length: 129 }, () => rtp.codecs[0]) })],
  ])('refuses a consumer with a %s before it reaches the browser, and receives the next one', async (_, change) => {
    const { recvTransport, recvVendor } = await openSession();
    const receive = vi.spyOn(recvVendor, 'receive');
    const bad = offer('bad');
    const rtpParameters = { ...bad.rtpParameters, ...change(bad.rtpParameters) };
    await expect(recvTransport.consume({ ...bad, rtpParameters })).rejects.toMatchObject({ code: 'badResponse' });
    expect(receive).not.toHaveBeenCalled();
    await expect(recvTransport.consume(offer('good'))).resolves.toMatchObject({ id: 'good' });
  });

  it('refuses a consumer whose retransmissions belong to no codec, as Chromium would break', async () => {
    const { recvTransport } = await openSession();
    const bad = offer('bad');
    const codecs = bad.rtpParameters.codecs.map((codec) =>
      codec.mimeType.endsWith('/rtx') ? { ...codec, parameters: { apt: 55 } } : codec,
    );
    await expect(
      recvTransport.consume({ ...bad, rtpParameters: { ...bad.rtpParameters, codecs } }),
    ).rejects.toMatchObject({ code: 'badResponse' });
  });

  it('keeps IDs of apps out of the SDP, and tracks of a stream together', async () => {
    const { recvTransport, recvVendor } = await openSession();
    const receive = vi.spyOn(recvVendor, 'receive');
    for (const [id, streamId] of [
      ['Ž 1', 'Jane Doe-main'],
      ['2', 'Jane Doe-main'],
      ['3', 'Žofie-main'],
    ] as const)
      await expect(
        recvTransport.consume({
          ...offer('x'),
          ...offer(id),
          id,
          streamId,
          rtpParameters: { ...offer(id).rtpParameters, mid: `m${receive.mock.calls.length}` },
        }),
      ).resolves.toMatchObject({ id });
    const names = receive.mock.calls.flat(2).filter(({ trackId }) => trackId !== 'probator');
    for (const { streamId, trackId } of names) expect(`${streamId ?? ''} ${trackId}`).toMatch(/^s\d+ [\w-]+$/);
    const [first, second, third] = names.map(({ streamId }) => streamId);
    expect(first).toBe(second);
    expect(first).not.toBe(third);
  });

  it.each([
    ['label', { label: 'x'.repeat(65_536) }],
    ['protocol', { protocol: 'ž'.repeat(40_000) }],
    ['life time', { sctpStreamParameters: { streamId: 1, ordered: false, maxPacketLifeTime: 70_000 } }],
  ])('rejects only the data consumer with a %s that the browser rejects', async (_, change) => {
    const { recvTransport } = await openSession();
    const data = { id: 'd', dataProducerId: 'p', label: '', sctpStreamParameters: { streamId: 1 } };
    await expect(recvTransport.consumeData({ ...data, ...change })).rejects.toMatchObject({ code: 'badResponse' });
    expect(recvTransport.connectionState).not.toBe('failed');
  });

  it.each([
    ['ufrag', { iceParameters: { usernameFragment: 'a b', password: 'p' } }],
    ['password', { iceParameters: { usernameFragment: 'u', password: 'ž' } }],
    ['fingerprint', { dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'A:\r\na=x' }] } }],
    ['algorithm', { dtlsParameters: { fingerprints: [{ algorithm: 'md5\r\n', value: 'AA' }] } }],
    ['address', { iceCandidates: [{ ...describeTransport('t').iceCandidates[0], address: 'a b', ip: 'a b' }] }],
    ['foundation', { iceCandidates: [{ ...describeTransport('t').iceCandidates[0], foundation: 'ž' }] }],
  ])('refuses a transport with a bad %s', async (_, change) => {
    const { session, recv } = await openSession();
    expect(() => session.createRecvTransport({ ...describeTransport('t'), ...change } as never, recv)).toThrow(
      expect.objectContaining({ code: 'badResponse' }),
    );
  });
});
