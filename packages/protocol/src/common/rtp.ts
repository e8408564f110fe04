import { line, mimeType, msid, parameters, rid, token, uri, visible } from './grammar.ts';
import * as v from './kinds.ts';
import { MAX_CODECS, MAX_ENCODINGS, MAX_HEADER_EXTENSIONS, MAX_RTCP_FEEDBACK } from './limits.ts';
import { byte, maybe, payloadType, shape, uint32 } from './schema.ts';

/** `audio` or `video`. */
export const mediaKind = v.picklist(['audio', 'video']);
/** What a track, a producer or a consumer carries. */
export type MediaKind = v.InferOutput<typeof mediaKind>;

const rtcpFeedback = v.array(shape({ type: token, parameter: maybe(line) }), MAX_RTCP_FEEDBACK);

/** RTP header extensions that mediasoup and mediasoup-client know. */
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

/** Any URI is read: an extension that one end does not know is left out when capabilities are matched. */
const extensionUri = uri as v.GenericSchema<RtpHeaderExtensionUri>;

/** One codec that an end can receive, or that the router takes. */
export const rtpCodecCapability = shape({
  kind: mediaKind,
  mimeType,
  preferredPayloadType: payloadType,
  clockRate: uint32,
  channels: maybe(byte),
  parameters: maybe(parameters),
  rtcpFeedback: maybe(rtcpFeedback),
});
/** One codec that an end can receive, or that the router takes. */
export type RtpCodecCapability = v.InferOutput<typeof rtpCodecCapability>;

/** One header extension that an end can receive, or that the router takes. */
export const rtpHeaderExtension = shape({
  kind: mediaKind,
  uri: extensionUri,
  preferredId: byte,
  preferredEncrypt: maybe(v.boolean()),
  direction: maybe(v.picklist(['sendrecv', 'sendonly', 'recvonly', 'inactive'])),
});
/** One header extension that an end can receive, or that the router takes. */
export type RtpHeaderExtension = v.InferOutput<typeof rtpHeaderExtension>;

/** What an end can receive, or what the router takes. */
export const rtpCapabilities = shape({
  codecs: maybe(v.array(rtpCodecCapability, MAX_CODECS)),
  headerExtensions: maybe(v.array(rtpHeaderExtension, MAX_HEADER_EXTENSIONS)),
});
/** What an end can receive, or what the router takes: getRouterRtpCapabilities and join. */
export type RtpCapabilities = v.InferOutput<typeof rtpCapabilities>;

const rtpCodecParameters = shape({
  mimeType,
  payloadType,
  clockRate: uint32,
  channels: maybe(byte),
  parameters: maybe(parameters),
  rtcpFeedback: maybe(rtcpFeedback),
});
/** One codec in use. */
export type RtpCodecParameters = v.InferOutput<typeof rtpCodecParameters>;

const rtpHeaderExtensionParameters = shape({
  uri: extensionUri,
  id: byte,
  encrypt: maybe(v.boolean()),
  parameters: maybe(parameters),
});
/** One header extension in use. */
export type RtpHeaderExtensionParameters = v.InferOutput<typeof rtpHeaderExtensionParameters>;

const encodingPriority = v.picklist(['very-low', 'low', 'medium', 'high']);

const rtpEncodingParameters = shape({
  active: maybe(v.boolean()),
  ssrc: maybe(uint32),
  rid: maybe(rid),
  codecPayloadType: maybe(payloadType),
  rtx: maybe(shape({ ssrc: uint32 })),
  dtx: maybe(v.boolean()),
  scalabilityMode: maybe(token),
  scaleResolutionDownBy: maybe(v.number()),
  /** bit/s. */
  maxBitrate: maybe(v.number()),
  maxFramerate: maybe(v.number()),
  adaptivePtime: maybe(v.boolean()),
  priority: maybe(encodingPriority),
  networkPriority: maybe(encodingPriority),
});
/** One stream of a producer or consumer; several are simulcast. Bitrates in bit/s. */
export type RtpEncodingParameters = v.InferOutput<typeof rtpEncodingParameters>;

const rtcpParameters = shape({
  cname: maybe(visible),
  reducedSize: maybe(v.boolean()),
  mux: maybe(v.boolean()),
});
/** The RTCP beside the streams. */
export type RtcpParameters = v.InferOutput<typeof rtcpParameters>;

/** How the RTP of one producer or consumer looks. */
export const rtpParameters = shape({
  mid: maybe(token),
  codecs: v.array(rtpCodecParameters, MAX_CODECS),
  headerExtensions: maybe(v.array(rtpHeaderExtensionParameters, MAX_HEADER_EXTENSIONS)),
  encodings: maybe(v.array(rtpEncodingParameters, MAX_ENCODINGS)),
  rtcp: maybe(rtcpParameters),
  /** One that could not stand in an SDP reads as none. */
  msid: maybe(v.fallback(msid, '')),
});
/** How the RTP of one producer or consumer looks: produce and newConsumer. */
export type RtpParameters = v.InferOutput<typeof rtpParameters>;
