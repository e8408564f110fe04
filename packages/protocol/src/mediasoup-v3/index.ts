export {
  readActiveSpeaker,
  readClientMessage,
  readConsumerLayers,
  readDataProducerId,
  readIceParameters,
  readJoinResponse,
  readNewConsumer,
  readNewDataConsumer,
  readNewPeer,
  readPeer,
  readPeerGone,
  readProducerId,
  readResponse,
  readRouterRtpCapabilities,
  readServerMessage,
  readSource,
  readSpeakers,
  readStats,
  readTransport,
} from './codec.ts';
export {
  closeCodes,
  errorCodes,
  isNotJoinedError,
  isUnknownMethodError,
  refusals,
  type ErrorCode,
  type Refusal,
} from './errors.ts';
export {
  aliases,
  canonicalMethod,
  clientToServer,
  isClientMethod,
  isServerMethod,
  methods,
  serverToClient,
  type ClientData,
  type ClientMethod,
  type ClientNotificationMethod,
  type ClientRequestMethod,
  type MethodEntry,
  type NotificationData,
  type RequestData,
  type ResponseData,
  type ServerData,
  type ServerMethod,
  type ServerNotificationMethod,
  type ServerRequestMethod,
} from './methods.ts';
export type { ConsumerScore, NewConsumer, NewDataConsumer, ProducerScore } from './notifications.ts';
export type { Device, Peer } from './peer.ts';
export type { JoinResponse, Stats, TransportResponse } from './responses.ts';
export { writeChannel, writeSource } from './source.ts';
export {
  detectClientVariant,
  detectVariant,
  EXTENSIONS,
  type Extension,
  type Variant,
  type WireVariant,
} from './variants.ts';
export {
  wireKind,
  wireMethod,
  writeClientMessage,
  writeCreateWebRtcTransport,
  writeResponse,
  writeServerMessage,
  type WireMessage,
} from './write.ts';
