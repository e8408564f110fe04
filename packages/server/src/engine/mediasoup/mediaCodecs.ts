import { ortc } from 'mediasoup';
import type { types } from 'mediasoup';

/** Throws for a codec that mediasoup does not support. The message names the codec. */
export function checkMediaCodecs(mediaCodecs: readonly types.RouterRtpCodecCapability[]): void {
  ortc.generateRouterRtpCapabilities(structuredClone([...mediaCodecs]));
}

const h264 = (profileLevelId: string, preferredPayloadType?: number): types.RouterRtpCodecCapability => ({
  kind: 'video',
  mimeType: 'video/H264',
  clockRate: 90_000,
  ...(preferredPayloadType === undefined ? {} : { preferredPayloadType }),
  parameters: {
    'packetization-mode': 1,
    'profile-level-id': profileLevelId,
    'level-asymmetry-allowed': 1,
    'x-google-start-bitrate': 1000,
  },
});

const vp9 = (profileId: number, preferredPayloadType?: number): types.RouterRtpCodecCapability => ({
  kind: 'video',
  mimeType: 'video/VP9',
  clockRate: 90_000,
  ...(preferredPayloadType === undefined ? {} : { preferredPayloadType }),
  parameters: { 'profile-id': profileId, 'x-google-start-bitrate': 1000 },
});

/**
 * Default codecs of rooms, in the order of preference: a client that names no codec sends the first that it supports. H264
 * has constrained baseline (which every browser supports) and main.
 *
 * The payload types are those of Firefox's own offers. Where the client makes the offer, media must use the payload types of
 * the offer. Firefox, unlike Chromium, decodes nothing where its offer was renumbered. Side routers serve clients that offer
 * other payload types. The payload types of retransmissions cannot be chosen.
 */
export const defaultMediaCodecs: readonly types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: 109 },
  video('video/VP8', 120),
  vp9(0, 121),
  vp9(2),
  h264('42e01f', 126),
  h264('4d0032'),
  video('video/AV1', 99),
];

/**
 * Codecs of rooms for RTCPilot's clients. H264 is first, as the only video codec that those clients support. The payload
 * types are those of Chromium's own offers, which RTCPilot's client sends unchanged.
 */
export const rtcPilotMediaCodecs: readonly types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: 111 },
  h264('42e01f', 108),
  h264('4d0032', 116),
  video('video/VP8', 96),
  vp9(0, 98),
  vp9(2),
  video('video/AV1', 45),
];

function video(mimeType: string, preferredPayloadType: number): types.RouterRtpCodecCapability {
  return {
    kind: 'video',
    mimeType,
    clockRate: 90_000,
    preferredPayloadType,
    parameters: { 'x-google-start-bitrate': 1000 },
  };
}
