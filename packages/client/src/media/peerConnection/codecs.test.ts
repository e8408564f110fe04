import { describe, expect, test } from 'vitest';

import { canPullTogether, canReceive, codecsToOffer } from './codecs.ts';
import { h264, opus, vp8 } from './sdpFixture.ts';

const fmtp = (mode: number, profile: string) =>
  `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`;
const video = (name: string, sdpFmtpLine?: string): RTCRtpCodec => ({
  mimeType: `video/${name}`,
  clockRate: 90000,
  ...(sdpFmtpLine === undefined ? {} : { sdpFmtpLine }),
});
const chromium = [
  video('VP8'),
  video('rtx'),
  video('H264', fmtp(1, '42001f')),
  video('H264', fmtp(0, '42e01f')),
  video('H264', fmtp(1, '42e01f')),
  video('AV1', 'level-idx=5;profile=0;tier=0'),
  video('VP9', 'profile-id=0'),
  video('red'),
];
const firefox = [video('VP8', 'max-fs=12288;max-fr=60'), video('rtx'), video('VP9'), video('AV1')];
const audio: RTCRtpCodec[] = [
  { mimeType: 'audio/opus', clockRate: 48000, channels: 2, sdpFmtpLine: 'minptime=10;useinbandfec=1' },
  { mimeType: 'audio/PCMU', clockRate: 8000 },
];

const names = (codecs: readonly RTCRtpCodec[]) => codecs.map(({ mimeType }) => mimeType.split('/')[1]);

describe('codecs of push and pull', () => {
  test('offers VP8, every H264 and opus of the browser in profile standard', () => {
    expect(names(codecsToOffer('video', undefined, 'standard', chromium))).toEqual([
      'VP8',
      'H264',
      'H264',
      'H264',
      'rtx',
    ]);
    expect(names(codecsToOffer('video', undefined, 'standard', firefox))).toEqual(['VP8', 'rtx']);
    expect(names(codecsToOffer('audio', undefined, 'standard', audio))).toEqual(['opus']);
  });

  test('offers a requested codec alone', () => {
    expect(names(codecsToOffer('video', 'video/vp9', 'standard', chromium))).toEqual(['VP9', 'rtx']);
  });

  test('offers the H264 profile that RTCPilot accepts in profile rtcpilot', () => {
    const [first, ...rest] = codecsToOffer('video', undefined, 'rtcpilot', chromium);
    expect(first?.sdpFmtpLine).toBe(fmtp(1, '42e01f'));
    expect(names(rest)).toEqual(['rtx']);
  });

  test.each([
    ['rtcpilot in a browser without H264', undefined, 'rtcpilot', firefox, 'H264 42e01f'],
    ['rtcpilot with VP8', 'video/VP8', 'rtcpilot', chromium, 'VP8'],
    ['a missing codec', 'video/H265', 'standard', chromium, 'H265'],
    ['a browser without codecs', undefined, 'standard', [], 'video'],
  ] as const)('rejects %s with unsupportedCodec', (_, codec, profile, available, name) => {
    expect(() => codecsToOffer('video', codec, profile, available)).toThrow(
      expect.objectContaining({ code: 'unsupportedCodec', message: expect.stringContaining(name) as unknown }),
    );
  });

  test('rejects a codec of the other kind with invalidArgument', () => {
    expect(() => codecsToOffer('video', 'audio/opus', 'standard', chromium)).toThrow(
      expect.objectContaining({ code: 'invalidArgument' }),
    );
  });

  test('compares receive capabilities by name, clock rate and variant', () => {
    expect(canReceive({ kind: 'video', rtpParam: vp8 }, firefox)).toBe(true);
    expect(canReceive({ kind: 'video', rtpParam: h264 }, chromium)).toBe(true);
    expect(canReceive({ kind: 'video', rtpParam: h264 }, firefox)).toBe(false);
    expect(canReceive({ kind: 'video', rtpParam: { ...h264, fmtp_param: fmtp(1, '640032') } }, chromium)).toBe(false);
    expect(canReceive({ kind: 'audio', rtpParam: { ...opus, codec: 'OPUS' } }, audio)).toBe(true);
  });

  const sound = { kind: 'audio', rtpParam: opus } as const;
  const picture = { kind: 'video', rtpParam: vp8 } as const;

  test.each([
    ['one', [picture], true],
    ['an audio and a video with the same numbers', [sound, picture], true],
    ['a video without mid beside an audio with', [sound, { ...picture, rtpParam: { ...vp8, mid_ext_id: 0 } }], true],
    ['none', [], false],
    ['two videos', [picture, picture], false],
    ['three', [sound, picture, sound], false],
    ['another number for mid', [sound, { ...picture, rtpParam: { ...vp8, mid_ext_id: 9 } }], false],
    ['another number for transport-cc', [sound, { ...picture, rtpParam: { ...vp8, tcc_ext_id: 5 } }], false],
    // Occurs between a microphone and a camera that Chromium pushed separately.
    [
      'a number that is the mid in one and transport-cc in the other',
      [
        { ...sound, rtpParam: { ...opus, mid_ext_id: 4, tcc_ext_id: undefined } },
        { ...picture, rtpParam: { ...vp8, mid_ext_id: undefined, tcc_ext_id: 4, abs_send_time_ext_id: 2 } },
      ],
      false,
    ],
    ['the same payload type', [sound, { ...picture, rtpParam: { ...vp8, payload_type: 109 } }], false],
    ['the payload type of the rtx', [sound, { ...picture, rtpParam: { ...vp8, rtx_payload_type: 109 } }], false],
  ] as const)('pulls %s: %j together: %s', (_, wanted, isPossible) => {
    expect(canPullTogether(wanted)).toBe(isPossible);
  });
});
