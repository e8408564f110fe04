export { fromV2Capabilities, toV2Capabilities, withoutMid } from './capabilities.ts';
export {
  outOfBandToClient,
  outOfBandToServer,
  isOutOfBandClientMethod,
  isOutOfBandServerMethod,
  readOutOfBandClientMessage,
  readOutOfBandServerMessage,
  type OutOfBandClientData,
  type OutOfBandClientMethod,
  type OutOfBandServerData,
  type OutOfBandServerMethod,
} from './outOfBand.ts';
export type { V2MethodEntry, V2Table } from './defineV2Table.ts';
export {
  envelopeMethods,
  readEnvelope,
  writeEnvelope,
  type Envelope,
  type EnvelopedMessage,
  type OpenedEnvelope,
} from './envelope.ts';
export {
  errorCodes,
  isDuplicatedIdError,
  isDuplicatedPeerError,
  refusals,
  type ErrorCode,
  type Refusal,
} from './errors.ts';
export { EXTENSIONS, type Extension } from './extensions.ts';
export { MIN_STATS_INTERVAL_MS, randomEntityId, type Direction } from './fields.ts';
export type {
  CreateProducer,
  QueryRoomResponse,
  V2Consumer,
  V2Peer,
  V2ProfiledConsumer,
  V2ProfiledPeer,
} from './messages.ts';
export {
  emptyV2Parameters,
  fromV2ConsumerParameters,
  fromV2ProducerParameters,
  toV2ConsumerParameters,
  toV2ProducerParameters,
} from './parameters.ts';
export type { Target, V2Message } from './payload.ts';
export {
  layerToProfile,
  profilesOf,
  profileToLayer,
  STREAM_PROFILES,
  type EffectiveProfile,
  type PreferredProfile,
  type StreamProfile,
} from './profiles.ts';
export type {
  V2RtpCapabilities,
  V2RtpCodecCapability,
  V2RtpCodecParameters,
  V2RtpEncoding,
  V2RtpHeaderExtension,
  V2RtpParameters,
} from './rtp.ts';
export { readSource } from './source.ts';
export {
  fromV2IceParameters,
  fromV2Transport,
  toV2IceParameters,
  toV2Transport,
  type CandidateOptions,
  type TransportParameters,
  type TransportResponse,
  type V2IceCandidate,
} from './transport.ts';
