export { appData, UNKNOWN_SOURCE, type AppData, type Source } from './appData.ts';
export { boundedJson, clientAppData, isAppDataWithinLimit } from './clientAppData.ts';
export { isCname, randomCname } from './cname.ts';
export { CLOSED_BY_SERVER, closeCodes } from './closeCodes.ts';
export { errorCodes } from './errors.ts';
export { closeCodeOf, endReasons, readCloseReason, writeCloseReason, type EndReason } from './endReasons.ts';
export { entityId, idText, nameText, peerId, readId, remotePeerId } from './ids.ts';
export { isToken } from './grammar.ts';
export { isTooDeep } from './jsonDepth.ts';
export * from './limits.ts';
export { formatIssue, parse, type ParseIssue, type ParseResult } from './parse.ts';
export {
  readProtooFrame,
  type ProtooFrame,
  type ProtooNotification,
  type ProtooRequest,
  type ProtooResponse,
} from './protooFrame.ts';
export {
  mediaKind,
  rtpCapabilities,
  rtpCodecCapability,
  rtpHeaderExtension,
  rtpParameters,
  type MediaKind,
  type RtcpParameters,
  type RtpCapabilities,
  type RtpCodecCapability,
  type RtpCodecParameters,
  type RtpEncodingParameters,
  type RtpHeaderExtension,
  type RtpHeaderExtensionParameters,
  type RtpHeaderExtensionUri,
  type RtpParameters,
} from './rtp.ts';
export { heldFields, listOf, resumedFields, resumingFields } from './resumption.ts';
export { byte, integer, payloadType, uint32 } from './integers.ts';
export type { AnySchema, InferInput, InferOutput, Schema } from './schema/index.ts';
export type { Written } from './written.ts';
export {
  sctpCapabilities,
  sctpParameters,
  sctpStreamParameters,
  type SctpCapabilities,
  type SctpParameters,
  type SctpStreamParameters,
} from './sctp.ts';
export {
  serverStats,
  type DataConsumerStat,
  type DataProducerStat,
  type InboundRtpStat,
  type OtherServerStat,
  type OutboundRtpStat,
  type ServerStat,
  type WebRtcTransportStat,
} from './serverStats.ts';
export { clientText } from './textMessage.ts';
export {
  dtlsParameters,
  iceCandidate,
  iceParameters,
  iceServer,
  type DtlsFingerprint,
  type DtlsParameters,
  type IceCandidate,
  type IceParameters,
  type IceServer,
} from './transport.ts';
export { WELCOME_PARAM } from './welcome.ts';
