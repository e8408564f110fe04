import { describe, expect, test } from 'vitest';

import { TureenError } from '../../shared/errors.ts';
import type { PullRequest } from '../PeerConnectionMedia.ts';
import { handlers, openInFakeBrowser, willing, type OpenInFakeBrowserOptions } from './peerConnectionFixture.ts';
import { answerTo, h264, opus, vp8 } from './sdpFixture.ts';

const sound: PullRequest = { id: 'sound', kind: 'audio', rtpParam: opus };
const picture: PullRequest = { id: 'picture', kind: 'video', rtpParam: vp8 };

const pullBoth = async (options: OpenInFakeBrowserOptions = {}) => {
  const browser = openInFakeBrowser({ offer: 'chromium-pull-audio-video', ...options });
  const exchange = willing();
  const [first, second] = await browser.session.pull([sound, picture], exchange, handlers());
  return { ...browser, pc: browser.pc, exchange, audio: first!, video: second! };
};

describe('OfferSession.pull()', () => {
  test('opens one connection for a pull, whose tracks have the order of the request', async () => {
    const { pc, exchange, audio, video } = await pullBoth();
    expect(pc.calls).toEqual([
      'addTransceiver',
      'addTransceiver',
      'createOffer',
      'setLocalDescription',
      'setRemoteDescription',
    ]);
    expect(exchange).toHaveBeenCalledOnce();
    expect([audio, video]).toMatchObject([
      { id: 'sound', kind: 'audio', track: pc.transceivers[0]?.receiver.track },
      { id: 'picture', kind: 'video', track: pc.transceivers[1]?.receiver.track },
    ]);
  });

  test('uses the payload types of the publisher in the browser and its offer', async () => {
    const { pc, exchange } = await pullBoth();
    for (const sdp of [pc.localSdp, exchange.mock.calls[0]?.[0]])
      expect(sdp?.match(/^m=.*$/gm)).toEqual([
        'm=audio 9 UDP/TLS/RTP/SAVPF 109',
        'm=video 9 UDP/TLS/RTP/SAVPF 120 124',
      ]);
  });

  test('detects Firefox by its offer, and keeps its payload types where they match', async () => {
    const wanted = { ...picture, rtpParam: { ...vp8, rtx_payload_type: 97, mid_ext_id: 9 } };
    const browser = openInFakeBrowser({ offer: 'firefox-pull-video' });
    await browser.session.pull([wanted], willing(), handlers());
    expect(browser.pc.localSdp).toMatch(/^m=video 9 \S+ 120\r$/m);
    expect(browser.pc.localSdp).toContain('a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid');
    expect(browser.pc.calls).not.toContain('createAnswer');
  });

  /** Payload types as in Chromium. Firefox has other numbers for both. */
  const foreign = [
    { ...sound, rtpParam: { ...opus, payload_type: 111 } },
    { ...picture, rtpParam: { ...vp8, payload_type: 96, rtx_payload_type: 97 } },
  ];

  test.each(['standard', 'rtcpilot'] as const)(
    'receives the payload types as an offer in Firefox, %s, and sends its answer as the offer',
    async (profile) => {
      const exchange = willing();
      const browser = openInFakeBrowser({ offer: 'firefox-pull-audio-video', profile });
      const [audio, video] = await browser.session.pull(foreign, exchange, handlers());
      const { pc } = browser;

      const [offer = ''] = exchange.mock.calls[0] ?? [];
      expect(offer.match(/^m=.*$/gm)).toEqual(['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'm=video 9 UDP/TLS/RTP/SAVPF 96 97']);
      for (const line of ['a=setup:actpass', 'a=recvonly', 'a=ice-ufrag:own0'])
        expect(offer.split(`${line}\r\n`), line).toHaveLength(3);
      expect(offer).not.toContain('a=sendonly');
      expect(pc.calls.slice(2)).toEqual([
        ...['createOffer', 'setRemoteDescription', 'createAnswer'],
        ...['setRemoteDescription', 'createAnswer', 'setLocalDescription'],
      ]);
      // The server's answer is applied as its offer.
      expect(pc.remoteSdp).toContain('a=ice-ufrag:abcdefgh');
      expect(pc.remoteSdp).toContain('a=setup:passive');
      expect(pc.localSdp).toContain('a=setup:active');
      expect([audio?.track, video?.track]).toEqual(pc.transceivers.slice(2).map(({ receiver }) => receiver.track));
    },
  );

  test('rejects with unsupported in a browser that changes its ICE credentials between two answers', async () => {
    const browser = openInFakeBrowser({
      offer: 'firefox-pull-audio-video',
      onConnection: (pc) => {
        pc.keepsCredentials = false;
      },
    });
    await expect(browser.session.pull(foreign, willing(), handlers())).rejects.toMatchObject({ code: 'unsupported' });
    expect(browser.pc.calls.at(-1)).toBe('close');
  });

  test('follows the option on whether an unknown browser can renumber', async () => {
    const wanted = { ...picture, rtpParam: { ...vp8, payload_type: 96 } };
    const browser = openInFakeBrowser({ offer: 'firefox-pull-video', renumberPayloadTypes: true });
    await browser.session.pull([wanted], willing(), handlers());
    expect(browser.pc.localSdp).toMatch(/^m=video 9 \S+ 96 124\r$/m);
  });

  test('closes a connection with its last track', async () => {
    const { pc, audio, video } = await pullBoth();
    audio.close();
    expect(pc.calls).not.toContain('close');
    expect(audio.track.readyState).toBe('ended');
    expect(video.closed).toBe(false);
    video.close();
    video.close();
    expect(pc.calls.filter((call) => call === 'close')).toHaveLength(1);
  });

  test('closes all connections with the session, and rejects further calls', async () => {
    const { session, pc, audio, video } = await pullBoth();
    session.close();
    session.close();
    expect([audio.closed, video.closed, session.closed]).toEqual([true, true, true]);
    expect(pc.calls.filter((call) => call === 'close')).toHaveLength(1);
    await expect(audio.getStats()).rejects.toMatchObject({ code: 'closed' });
    await expect(session.getTransportStats('recv')).rejects.toMatchObject({ code: 'closed' });
    await expect(session.pull([sound], willing(), handlers())).rejects.toMatchObject({ code: 'closed' });
  });

  test('pauses the track only', async () => {
    const { pc, audio } = await pullBoth();
    audio.pause();
    audio.pause();
    expect(audio.track.enabled).toBe(false);
    audio.resume();
    expect(audio.track.enabled).toBe(true);
    expect(pc.calls.at(-1)).toBe('setRemoteDescription');
  });

  test.each([
    ['two videos', [picture, { ...picture, id: 'other' }]],
    ['none', []],
    ['numbers that contradict each other', [sound, { ...picture, rtpParam: { ...vp8, mid_ext_id: 9 } }]],
  ])('refuses to pull %s together', async (_, wanted) => {
    const { session, connections } = openInFakeBrowser();
    expect(session.canPullTogether(wanted)).toBe(false);
    await expect(session.pull(wanted, willing(), handlers())).rejects.toMatchObject({ code: 'invalidArgument' });
    expect(connections).toHaveLength(0);
  });

  test('reports a codec that the browser cannot decode beforehand, and refuses it', async () => {
    const browser = openInFakeBrowser({
      offer: 'firefox-pull-video',
      video: [{ mimeType: 'video/VP8', clockRate: 90000 }],
    });
    const wanted = { ...picture, rtpParam: h264 };
    expect(browser.session.canReceive(wanted)).toBe(false);
    expect(browser.session.canReceive(picture)).toBe(true);
    await expect(browser.session.pull([wanted], willing(), handlers())).rejects.toMatchObject({
      code: 'unsupportedCodec',
      message: expect.stringContaining('H264') as unknown,
    });
  });

  test('closes the connection on a refusal, a closed source and an invalid answer', async () => {
    const refusal = new TureenError('requestRefused', 'pusher not found');
    const answers: [() => Promise<string>, object][] = [
      [() => Promise.reject(refusal), refusal],
      [async () => 'none', { code: 'badResponse' }],
      [async () => undefined as never, { name: 'TureenError' }],
      [
        () => {
          throw new Error('at once');
        },
        { code: 'mediaFailed' },
      ],
    ];
    for (const [exchange, expected] of answers) {
      const browser = openInFakeBrowser({ offer: 'chromium-pull-video' });
      await expect(browser.session.pull([picture], exchange, handlers())).rejects.toMatchObject(expected);
      expect(browser.pc.calls.at(-1)).toBe('close');
    }
    const browser = openInFakeBrowser({ offer: 'chromium-pull-video' });
    const dead = async (offer: string) => answerTo(offer).replace(/a=ssrc:.*/, 'a=ssrc-group:FID 0 0');
    await expect(browser.session.pull([picture], dead, handlers())).rejects.toMatchObject({ code: 'badResponse' });
  });

  test('rejects an answer without a stream with badResponse from RTCPilot only', async () => {
    const silent = async (offer: string) => answerTo(offer).replaceAll(/a=ssrc:.*\r\n/g, '');
    for (const [profile, expected] of [
      ['rtcpilot', { status: 'rejected', reason: { code: 'badResponse' } }],
      ['standard', { status: 'fulfilled' }],
    ] as const) {
      const browser = openInFakeBrowser({ offer: 'chromium-pull-video', profile });
      const [outcome] = await Promise.allSettled([browser.session.pull([picture], silent, handlers())]);
      expect(outcome).toMatchObject(expected);
    }
  });

  test('merges the statistics of several connections into one report with valid references', async () => {
    const browser = openInFakeBrowser({ offer: 'chromium-pull-video' });
    expect(await browser.session.getTransportStats('recv')).toBeNull();
    await browser.session.pull([picture], willing(), handlers());
    expect([...((await browser.session.getTransportStats('recv')) ?? []).keys()]).toEqual(['T']);
    await browser.session.pull([{ ...picture, id: 'other' }], willing(), handlers());
    const report = await browser.session.getTransportStats('recv');
    expect([...(report ?? []).entries()]).toEqual([
      ['0:T', { id: '0:T', type: 'transport', selectedCandidatePairId: '0:T' }],
      ['1:T', { id: '1:T', type: 'transport', selectedCandidatePairId: '1:T' }],
    ]);
    expect(await browser.session.getTransportStats('send')).toBeNull();
  });
});
