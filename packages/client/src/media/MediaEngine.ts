import type {
  AppData,
  DtlsParameters,
  IceCandidate,
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  SctpCapabilities,
  SctpParameters,
  SctpStreamParameters,
} from '@tureen/protocol/common';

import type { Logger } from '../shared/logger.ts';

/** States of the connection of one transport, as `RTCPeerConnection.connectionState` has them. */
export type MediaConnectionState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

/** What the server says of a transport that it made for us. */
export interface TransportDescription {
  readonly id: string;
  readonly iceParameters: IceParameters;
  readonly iceCandidates: readonly IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
  readonly sctpParameters?: SctpParameters | undefined;
  readonly iceServers?: readonly RTCIceServer[] | undefined;
}

/** What a transport asks of the dialect. Each may reject; the engine never hangs on a callback. */
export interface TransportHandlers {
  /** The local DTLS parameters are known: tell the server. */
  onConnect(dtlsParameters: DtlsParameters): Promise<void>;
  onConnectionState(state: MediaConnectionState): void;
}

export interface SendTransportHandlers extends TransportHandlers {
  /** Announce the producer; answer with the id that the server gave it. */
  onProduce(request: {
    kind: MediaKind;
    rtpParameters: RtpParameters;
    appData: AppData;
    paused: boolean;
  }): Promise<string>;
  /** Announce the data producer; answer with its id. */
  onProduceData(request: {
    sctpStreamParameters: SctpStreamParameters;
    label: string;
    protocol: string;
    appData: AppData;
  }): Promise<string>;
}

/** One encoding of a producer. Bitrates in bit/s. */
export interface ProducerEncoding {
  maxBitrate?: number;
  maxFramerate?: number;
  scaleResolutionDownBy?: number;
  /** Layers within one stream, such as `L1T3`, or `L3T3_KEY` for VP9. */
  scalabilityMode?: string;
  dtx?: boolean;
  priority?: RTCPriorityType;
  networkPriority?: RTCPriorityType;
}

/** Encoder settings carried in SDP; those that do not fit the kind are ignored. Bitrates in kbit/s for video, bit/s for opus. */
export interface ProducerCodecOptions {
  opusStereo?: boolean;
  opusFec?: boolean;
  opusDtx?: boolean;
  opusMaxPlaybackRate?: number;
  /** bit/s. */
  opusMaxAverageBitrate?: number;
  /** ms. */
  opusPtime?: number;
  opusNack?: boolean;
  /** kbit/s. */
  videoGoogleStartBitrate?: number;
  /** kbit/s. */
  videoGoogleMaxBitrate?: number;
  /** kbit/s. */
  videoGoogleMinBitrate?: number;
}

export interface MediaProduceOptions {
  readonly track: MediaStreamTrack;
  readonly encodings?: readonly ProducerEncoding[] | undefined;
  readonly codecOptions?: ProducerCodecOptions | undefined;
  /** Mime type of the codec to prefer, e.g. `video/VP9`. `unsupportedCodec` where this end or the router lacks it. */
  readonly codec?: string | undefined;
  /** Starts paused: the server is told with the produce request, not after it. */
  readonly paused?: boolean | undefined;
  readonly appData?: AppData | undefined;
}

export interface MediaConsumeOptions {
  readonly id: string;
  readonly producerId: string;
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  /** Tracks of one `streamId` are played in sync. */
  readonly streamId?: string | undefined;
}

export interface MediaDataProduceOptions {
  readonly label: string;
  readonly protocol?: string | undefined;
  /** Default true. */
  readonly ordered?: boolean | undefined;
  /** ms; not together with maxRetransmits. */
  readonly maxPacketLifeTime?: number | undefined;
  readonly maxRetransmits?: number | undefined;
  readonly appData?: AppData | undefined;
}

export interface MediaDataConsumeOptions {
  readonly id: string;
  readonly dataProducerId: string;
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol?: string | undefined;
}

/** One track on its way out. Never stops the track: who owns it decides that. */
export interface MediaProducer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly closed: boolean;
  readonly track: MediaStreamTrack | null;
  readonly rtpSender: RTCRtpSender | undefined;
  /** Local only: the track is taken off the wire and no RTP is sent; the track itself is left as it is. Idempotent. */
  pause(): void;
  resume(): void;
  /** TureenError `invalidState` for a track that has ended. While paused the new track waits for `resume`. */
  replaceTrack(track: MediaStreamTrack): Promise<void>;
  /** Highest simulcast stream that is sent, 0 the lowest. */
  setMaxSpatialLayer(spatialLayer: number): Promise<void>;
  getStats(): Promise<RTCStatsReport>;
  /** Idempotent; tells nobody. */
  close(): void;
}

/** One track on its way in. */
export interface MediaConsumer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly closed: boolean;
  readonly track: MediaStreamTrack;
  readonly rtpReceiver: RTCRtpReceiver | undefined;
  /** Local only: the track is disabled (black, silence); nothing is renegotiated. Idempotent. */
  pause(): void;
  resume(): void;
  getStats(): Promise<RTCStatsReport>;
  /** For good: a browser cannot take up the same id again on the same transport (`unsupported`). Pause what may come back. */
  close(): void;
}

/** What happens to a data channel from now on; not told of our own `close`. */
export interface DataChannelHandlers {
  onOpen(): void;
  onClose(): void;
  onError(error: unknown): void;
}

export interface MediaDataProducer {
  readonly id: string;
  readonly closed: boolean;
  readonly readyState: RTCDataChannelState;
  /** Bytes not yet sent. */
  readonly bufferedAmount: number;
  /** Bytes of `bufferedAmount` at which `onBufferedAmountLow` is called. */
  setBufferedAmountLowThreshold(bytes: number): void;
  /** Throws TureenError `invalidState` unless open. */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void;
  /** At most one set of handlers; a later call replaces it. */
  listen(handlers: DataChannelHandlers & { onBufferedAmountLow(): void }): void;
  close(): void;
}

export interface MediaDataConsumer {
  readonly id: string;
  readonly closed: boolean;
  readonly readyState: RTCDataChannelState;
  /** Messages that came before are handed over at once. */
  listen(handlers: DataChannelHandlers & { onMessage(data: string | ArrayBuffer | Blob): void }): void;
  close(): void;
}

export interface MediaTransport {
  readonly id: string;
  readonly connectionState: MediaConnectionState;
  readonly closed: boolean;
  restartIce(iceParameters: IceParameters): Promise<void>;
  getStats(): Promise<RTCStatsReport>;
  /** Closes what is on it too. Idempotent; tells nobody. */
  close(): void;
}

export interface MediaSendTransport extends MediaTransport {
  produce(options: MediaProduceOptions): Promise<MediaProducer>;
  produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer>;
}

export interface MediaRecvTransport extends MediaTransport {
  consume(options: MediaConsumeOptions): Promise<MediaConsumer>;
  consumeData(options: MediaDataConsumeOptions): Promise<MediaDataConsumer>;
}

/** What `load` learnt. */
export interface LoadedCapabilities {
  /** What this end can receive from that router: goes into join. */
  readonly recvRtpCapabilities: RtpCapabilities;
  readonly sctpCapabilities: SctpCapabilities | undefined;
  readonly canSend: Readonly<Record<MediaKind, boolean>>;
}

/** The media of one attempt of one session. All of it is gone after `close()`; the next attempt opens a new one. */
export interface MediaSession {
  readonly closed: boolean;
  /** Once, before any transport. TureenError `unsupportedBrowser`, `unsupportedCodec`, `badResponse`. */
  load(routerRtpCapabilities: RtpCapabilities): Promise<LoadedCapabilities>;
  /** Whether these parameters can be decoded here. */
  canReceive(rtpParameters: RtpParameters): boolean;
  createSendTransport(description: TransportDescription, handlers: SendTransportHandlers): MediaSendTransport;
  createRecvTransport(description: TransportDescription, handlers: TransportHandlers): MediaRecvTransport;
  close(): void;
}

/**
 * The port for what moves media to and from a server that describes its transports (ICE, DTLS, RTP parameters), as the
 * mediasoup family does. Everything rejects with TureenError only; after `close()` waiting calls reject with `closed`.
 */
export interface MediaEngine {
  /** `logger`: the room's, for an engine that was given none. */
  open(logger?: Logger): MediaSession;
}
