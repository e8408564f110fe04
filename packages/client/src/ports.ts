/**
 * The ports of the SDK: every interface that an app may implement to replace a part, with every type in its signatures, and the
 * default engines to configure or wrap.
 */

// The media engines, and the engines that the dialects use by default.
export { type DeviceEngineOptions, deviceEngine } from './media/device/DeviceEngine.ts';
export type { HandlerFactory } from './media/device/handlerFactory.ts';
export { type PeerConnectionEngineOptions, peerConnectionEngine } from './media/peerConnection/PeerConnectionEngine.ts';
export type {
  DataChannelHandlers,
  LoadedCapabilities,
  MediaConnectionState,
  MediaConsumeOptions,
  MediaConsumer,
  MediaDataConsumeOptions,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
  MediaEngine,
  MediaOpenOptions,
  MediaProduceOptions,
  MediaProducer,
  MediaRecvTransport,
  MediaSendTransport,
  MediaSession,
  MediaTransport,
  ProducerCodecOptions,
  ProducerEncoding,
  SendTransportHandlers,
  TransportDescription,
  TransportHandlers,
} from './media/MediaEngine.ts';
export type {
  PeerConnectionHandlers,
  PeerConnectionMedia,
  PeerConnectionOpenOptions,
  PeerConnectionProfile,
  PeerConnectionPushOptions,
  PeerConnectionSession,
  PullRequest,
  PulledRtp,
  PushExchange,
  PushedProducer,
  SdpExchange,
} from './media/PeerConnectionMedia.ts';

// The dialect.
export type {
  ConsumeSettings,
  Dialect,
  DialectChannel,
  DialectContext,
  DialectEvent,
  DialectEventOf,
  DialectJoinRequest,
  DialectJoinResult,
  DialectMemory,
  DialectResumeResult,
  DialectSession,
  ResumableIds,
  ResumedConsumer,
  RoomIdentity,
  StatsTarget,
} from './room/DialectPort.ts';
export type { RoomCapabilities } from './room/capabilities.ts';
export type {
  Actor,
  ConsumerOffer,
  ConsumerScore,
  DataConsumerOffer,
  DeviceInfo,
  Layers,
  PeerInfo,
  StreamScore,
  TransportDirection,
} from './room/entityInfo.ts';
export type { InboundReceiver, RequestOptions, Responder } from './signaling/SignalingChannelTypes.ts';

// The signaling transport.
export type {
  ConnectOptions,
  SignalingTransport,
  TransportClosed,
  TransportConnection,
} from './signaling/SignalingTransport.ts';

// Reconnect policy, trace, logger and clock.
export type { ReconnectAttempt, ReconnectPolicy } from './signaling/ReconnectPolicy.ts';
export type { TraceEntry, TraceListener } from './signaling/Trace.ts';
export type { Logger } from './shared/logger.ts';
export type { Clock } from '@tureen/kernel';

// Types of the wire in the signatures above.
export type {
  AppData,
  DataConsumerStat,
  DataProducerStat,
  DtlsFingerprint,
  DtlsParameters,
  IceCandidate,
  IceParameters,
  InboundRtpStat,
  MediaKind,
  OtherServerStat,
  OutboundRtpStat,
  ProtooFrame,
  ProtooNotification,
  ProtooRequest,
  ProtooResponse,
  RtcpParameters,
  RtpCapabilities,
  RtpCodecCapability,
  RtpCodecParameters,
  RtpEncodingParameters,
  RtpHeaderExtension,
  RtpHeaderExtensionParameters,
  RtpHeaderExtensionUri,
  RtpParameters,
  SctpCapabilities,
  SctpParameters,
  SctpStreamParameters,
  ServerStat,
  Source,
  WebRtcTransportStat,
} from '@tureen/protocol/common';
