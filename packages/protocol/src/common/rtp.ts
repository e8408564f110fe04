import * as s from './schema/index.ts';
import { line, mimeType, msid, parameters, rid, token, uri, visible } from './grammar.ts';
import { MAX_CODECS, MAX_ENCODINGS, MAX_HEADER_EXTENSIONS, MAX_RTCP_FEEDBACK } from './limits.ts';
import { byte, payloadType, uint32 } from './integers.ts';

/** `audio` or `video`. */
export const mediaKind = s.picklist(['audio', 'video']);
/** Kind of a track, producer or consumer. */
export type MediaKind = s.InferOutput<typeof mediaKind>;

const rtcpFeedback = s.array(s.object({ type: token, parameter: s.optional(line) }), MAX_RTCP_FEEDBACK);

/** URIs of the RTP header extensions that mediasoup and mediasoup-client know. */
export type RtpHeaderExtensionUri =
  | 'urn:ietf:params:rtp-hdrext:sdes:mid'
  | 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id'
  | 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id'
  | 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'
  | 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'
  | 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
  | 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension'
  | 'urn:3gpp:video-orientation'
  | 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time'
  | 'urn:ietf:params:rtp-hdrext:toffset'
  | 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay'
  | 'urn:mediasoup:params:rtp-hdrext:packet-id';

/** Accepts any URI: matching capabilities later drops an extension that one end does not know. */
const extensionUri = uri as s.Schema<RtpHeaderExtensionUri>;

/** A codec that an end can receive, or that the router supports. */
export const rtpCodecCapability = s.object({
  kind: mediaKind,
  mimeType,
  preferredPayloadType: payloadType,
  clockRate: uint32,
  channels: s.optional(byte),
  parameters: s.optional(parameters),
  rtcpFeedback: s.optional(rtcpFeedback),
});
/** A codec that an end can receive, or that the router supports. */
export type RtpCodecCapability = s.InferOutput<typeof rtpCodecCapability>;

/** A header extension that an end can receive, or that the router supports. */
export const rtpHeaderExtension = s.object({
  kind: mediaKind,
  uri: extensionUri,
  preferredId: byte,
  preferredEncrypt: s.optional(s.boolean()),
  direction: s.optional(s.picklist(['sendrecv', 'sendonly', 'recvonly', 'inactive'])),
});
/** A header extension that an end can receive, or that the router supports. */
export type RtpHeaderExtension = s.InferOutput<typeof rtpHeaderExtension>;

/** Capabilities of an end, or of the router. */
export const rtpCapabilities = s.object({
  codecs: s.optional(s.array(rtpCodecCapability, MAX_CODECS)),
  headerExtensions: s.optional(s.array(rtpHeaderExtension, MAX_HEADER_EXTENSIONS)),
});
/** Capabilities of an end, or of the router: getRouterRtpCapabilities and join. */
export type RtpCapabilities = s.InferOutput<typeof rtpCapabilities>;

const rtpCodecParameters = s.object({
  mimeType,
  payloadType,
  clockRate: uint32,
  channels: s.optional(byte),
  parameters: s.optional(parameters),
  rtcpFeedback: s.optional(rtcpFeedback),
});
/** One codec in use. */
export type RtpCodecParameters = s.InferOutput<typeof rtpCodecParameters>;

const rtpHeaderExtensionParameters = s.object({
  uri: extensionUri,
  id: byte,
  encrypt: s.optional(s.boolean()),
  parameters: s.optional(parameters),
});
/** One header extension in use. */
export type RtpHeaderExtensionParameters = s.InferOutput<typeof rtpHeaderExtensionParameters>;

const encodingPriority = s.picklist(['very-low', 'low', 'medium', 'high']);

const rtpEncodingParameters = s.object({
  active: s.optional(s.boolean()),
  ssrc: s.optional(uint32),
  rid: s.optional(rid),
  codecPayloadType: s.optional(payloadType),
  rtx: s.optional(s.object({ ssrc: uint32 })),
  dtx: s.optional(s.boolean()),
  scalabilityMode: s.optional(token),
  scaleResolutionDownBy: s.optional(s.number()),
  /** In bit/s. */
  maxBitrate: s.optional(s.number()),
  maxFramerate: s.optional(s.number()),
  adaptivePtime: s.optional(s.boolean()),
  priority: s.optional(encodingPriority),
  networkPriority: s.optional(encodingPriority),
});
/** One stream of a producer or consumer. Several are simulcast. Bitrates in bit/s. */
export type RtpEncodingParameters = s.InferOutput<typeof rtpEncodingParameters>;

const rtcpParameters = s.object({
  cname: s.optional(visible),
  reducedSize: s.optional(s.boolean()),
  mux: s.optional(s.boolean()),
});
/** RTCP parameters of the streams. */
export type RtcpParameters = s.InferOutput<typeof rtcpParameters>;

/** RTP parameters of a producer or consumer. */
export const rtpParameters = s.object({
  mid: s.optional(token),
  codecs: s.array(rtpCodecParameters, MAX_CODECS),
  headerExtensions: s.optional(s.array(rtpHeaderExtensionParameters, MAX_HEADER_EXTENSIONS)),
  encodings: s.optional(s.array(rtpEncodingParameters, MAX_ENCODINGS)),
  rtcp: s.optional(rtcpParameters),
  /** Reads as empty if invalid in an SDP. */
  msid: s.optional(s.fallback(msid, '')),
});
/** RTP parameters of a producer or consumer: produce and newConsumer. */
export type RtpParameters = s.InferOutput<typeof rtpParameters>;
