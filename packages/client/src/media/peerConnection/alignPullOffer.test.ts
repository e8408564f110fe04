import { describe, expect, test } from 'vitest';

import type { PulledRtp } from '../PeerConnectionMedia.ts';
import { alignPullOffer } from './alignPullOffer.ts';
import { parseSdp, writeSdp } from './sdp.ts';
import { h264, opus, recordedOffer, vp8 } from './sdpFixture.ts';

const chromium = { renumberPayloadTypes: true, isMidRewritten: true };
const firefox = { renumberPayloadTypes: false, isMidRewritten: true };

const summary = (sdp: string | null) =>
  parseSdp(sdp ?? '').media.map(({ payloads, rtp, fmtp, ext, rtcpFb = [] }) => ({
    payloads,
    rtp: rtp.map(({ payload, codec }) => `${payload} ${codec}`),
    fmtp: fmtp.map(({ payload, config }) => `${payload} ${config}`),
    ext: ext?.map(({ value, uri }) => `${value} ${uri.split(/[:/]/).at(-1) ?? ''}`),
    fb: [...new Set(rtcpFb.map(({ payload }) => Number(payload)))],
  }));

describe('alignPullOffer()', () => {
  test('keeps one codec per section with the payload types of the publisher in Chromium', () => {
    const aligned = alignPullOffer(recordedOffer('chromium-pull-audio-video'), [opus, vp8], chromium);

    expect(summary(aligned)).toEqual([
      {
        payloads: 109,
        rtp: ['109 opus'],
        fmtp: ['109 minptime=10;useinbandfec=1'],
        ext: ['7 draft-holmer-rmcat-transport-wide-cc-extensions-01', '3 mid'],
        fb: [109],
      },
      {
        payloads: '120 124',
        rtp: ['120 VP8', '124 rtx'],
        fmtp: ['124 apt=120'],
        ext: ['4 abs-send-time', '7 draft-holmer-rmcat-transport-wide-cc-extensions-01', '3 mid'],
        fb: [120],
      },
    ]);
  });

  test('chooses the H264 with the same profile and packetization mode out of six in Chromium', () => {
    const [section] = summary(alignPullOffer(recordedOffer('chromium-pull-video'), [h264], chromium));
    expect(section?.rtp).toEqual(['126 H264', '127 rtx']);
    expect(section?.fmtp).toEqual([
      '126 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
      '127 apt=126',
    ]);
  });

  test.each<[string, Partial<PulledRtp>, string]>([
    ['another level', { fmtp_param: 'profile-level-id=42e034;packetization-mode=1' }, '42e01f'],
    [
      'constrained baseline in another spelling',
      { fmtp_param: 'profile-level-id=42C01F;packetization-mode=1' },
      '42e01f',
    ],
    ['baseline', { fmtp_param: 'profile-level-id=42001f;packetization-mode=1' }, '42001f'],
    ['main', { fmtp_param: 'profile-level-id=4d001f;packetization-mode=1' }, '4d001f'],
    [
      'upper case and blanks',
      { codec: 'h264', fmtp_param: ' packetization-mode=1 ; profile-level-id=42e01f' },
      '42e01f',
    ],
  ])('matches H264 with %s', (_, change, profile) => {
    const [section] = summary(alignPullOffer(recordedOffer('chromium-pull-video'), [{ ...h264, ...change }], chromium));
    expect(section?.fmtp[0]).toContain(`packetization-mode=1;profile-level-id=${profile}`);
  });

  test('matches VP9 by its profile', () => {
    const vp9 = { ...vp8, codec: 'VP9', fmtp_param: 'profile-id=2' };
    const [section] = summary(alignPullOffer(recordedOffer('chromium-pull-video'), [vp9], chromium));
    expect(section?.fmtp).toEqual(['120 profile-id=2', '124 apt=120']);
  });

  test('renumbers without using payload types of other codecs', () => {
    // In Chromium's own numbers 97 is the rtx of 96. Here 96 becomes 97, and the rtx 96.
    const crossed = { ...vp8, payload_type: 97, rtx_payload_type: 96 };
    const [section] = summary(alignPullOffer(recordedOffer('chromium-pull-video'), [crossed], chromium));
    expect(section).toMatchObject({ payloads: '97 96', rtp: ['97 VP8', '96 rtx'], fmtp: ['96 apt=97'], fb: [97] });
  });

  test('offers no retransmissions where the source has none', () => {
    const { rtx_payload_type: _, ...plain } = vp8;
    for (const rtpParam of [plain, { ...vp8, rtx_payload_type: 0 }]) {
      const [section] = summary(alignPullOffer(recordedOffer('chromium-pull-video'), [rtpParam], chromium));
      expect(section?.rtp).toEqual(['120 VP8']);
    }
  });

  test('drops header extensions without an ID', () => {
    const { mid_ext_id: _, ...rest } = { ...vp8, tcc_ext_id: 0, abs_send_time_ext_id: undefined };
    const [section] = summary(alignPullOffer(recordedOffer('chromium-pull-video'), [rest], chromium));
    expect(section?.ext).toEqual(undefined);
  });

  test('keeps the payload types of Firefox, and uses the header extension IDs of the publisher', () => {
    const theirs = { ...vp8, mid_ext_id: 9, tcc_ext_id: 4, abs_send_time_ext_id: 2 };
    const aligned = alignPullOffer(recordedOffer('firefox-pull-audio-video'), [opus, theirs], firefox);
    const [audio, video] = summary(aligned);
    expect(audio).toMatchObject({ payloads: 109, rtp: ['109 opus'] });
    expect(video).toMatchObject({
      payloads: '120 124',
      ext: ['9 mid', '2 abs-send-time', '4 draft-holmer-rmcat-transport-wide-cc-extensions-01'],
    });
  });

  test('drops rtx under another payload type in Firefox, which cannot renumber it', () => {
    const theirs = { ...vp8, rtx_payload_type: 99 };
    const [section] = summary(alignPullOffer(recordedOffer('firefox-pull-video'), [theirs], firefox));
    expect(section?.rtp).toEqual(['120 VP8']);
  });

  test('refuses another payload type in Firefox', () => {
    const offer = recordedOffer('firefox-pull-audio-video');
    expect(alignPullOffer(offer, [opus, { ...vp8, payload_type: 96 }], firefox)).toBeNull();
    expect(alignPullOffer(offer, [{ ...opus, payload_type: 111 }, vp8], firefox)).toBeNull();
    const [audio, video] = summary(alignPullOffer(offer, [opus, { ...vp8, payload_type: 96 }], chromium));
    expect([audio?.payloads, video?.payloads]).toEqual([109, '96 124']);
  });

  test('ignores the MID of the publisher where packets arrive unchanged', () => {
    const aligned = alignPullOffer(recordedOffer('chromium-pull-video'), [vp8], { ...chromium, isMidRewritten: false });
    expect(aligned).not.toContain('sdes:mid');
    expect(aligned).toContain('a=extmap:7 ');
  });

  test.each<[string, string, PulledRtp]>([
    ['H264 in a Firefox without it', 'firefox-pull-video', h264],
    ['an unknown packetization mode', 'chromium-pull-video', { ...h264, fmtp_param: 'packetization-mode=2' }],
    ['another clock rate', 'chromium-pull-video', { ...vp8, clock_rate: 48000 }],
    ['audio in a video section', 'chromium-pull-video', opus],
    ['a codec from the future', 'chromium-pull-video', { ...vp8, codec: 'VP12' }],
  ])('throws unsupportedCodec with the name for %s', (_, name, rtpParam) => {
    const offer = recordedOffer(name as 'firefox-pull-video');
    const options = name.startsWith('firefox') ? firefox : chromium;
    expect(() => alignPullOffer(offer, [rtpParam], options)).toThrow(
      expect.objectContaining({
        code: 'unsupportedCodec',
        message: expect.stringContaining(rtpParam.codec) as unknown,
      }),
    );
  });

  test('changes nothing when repeated, and reads back the same', () => {
    for (const [name, options] of [
      ['chromium-pull-audio-video', chromium],
      ['firefox-pull-audio-video', firefox],
    ] as const) {
      const aligned = alignPullOffer(recordedOffer(name), [opus, vp8], options) ?? '';
      expect(alignPullOffer(aligned, [opus, vp8], options)).toBe(aligned);
      expect(writeSdp(parseSdp(aligned))).toBe(aligned);
    }
  });
});
