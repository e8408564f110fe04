import type { types } from 'mediasoup';

const h264 = (profileLevelId: string): types.RouterRtpCodecCapability => ({
  kind: 'video',
  mimeType: 'video/H264',
  clockRate: 90_000,
  parameters: {
    'packetization-mode': 1,
    'profile-level-id': profileLevelId,
    'level-asymmetry-allowed': 1,
    'x-google-start-bitrate': 1000,
  },
});

const vp9 = (profileId: number): types.RouterRtpCodecCapability => ({
  kind: 'video',
  mimeType: 'video/VP9',
  clockRate: 90_000,
  parameters: { 'profile-id': profileId, 'x-google-start-bitrate': 1000 },
});

/**
 * What rooms carry unless told otherwise, in the order of preference: a client that names no codec sends the first that
 * it can. H264 is there as constrained baseline (what every browser has) and as main.
 */
export const defaultMediaCodecs: readonly types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, parameters: { 'x-google-start-bitrate': 1000 } },
  vp9(0),
  vp9(2),
  h264('42e01f'),
  h264('4d0032'),
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000, parameters: { 'x-google-start-bitrate': 1000 } },
];
