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

/** A transport, as the server describes it. */
export interface TransportDescription {
  readonly id: string;
  readonly iceParameters: IceParameters;
  readonly iceCandidates: readonly IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
  readonly sctpParameters?: SctpParameters | undefined;
  readonly iceServers?: readonly RTCIceServer[] | undefined;
}

/** Requests of a transport to the dialect. Each may reject; the engine limits how long it waits. */
export interface TransportHandlers {
  /** Sends the local DTLS parameters to the server. */
  onConnect(dtlsParameters: DtlsParameters): Promise<void>;
  onConnectionState(state: MediaConnectionState): void;
}

export interface SendTransportHandlers extends TransportHandlers {
  /** Requests a producer. Resolves to the id that the server assigned. */
  onProduce(request: {
    kind: MediaKind;
    rtpParameters: RtpParameters;
    appData: AppData;
    paused: boolean;
  }): Promise<string>;
  /** Requests a data producer. Resolves to its id. */
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
  /** Mime type of the codec to prefer, e.g. `video/VP9`. `unsupportedCodec` where the browser or the router lacks it. */
  readonly codec?: string | undefined;
  /** Starts paused, as the request to produce states. */
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

/** A sent track. Never stops the track: its owner does. */
export interface MediaProducer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly closed: boolean;
  readonly track: MediaStreamTrack | null;
  readonly rtpSender: RTCRtpSender | undefined;
  /** Local only: sends no RTP. Leaves the track as it is. Idempotent. */
  pause(): void;
  resume(): void;
  /** Rejects with `invalidState` for a track that has ended. While paused, the new track waits for `resume`. */
  replaceTrack(track: MediaStreamTrack): Promise<void>;
  /** Limits the simulcast streams: 0 sends only the lowest. */
  setMaxSpatialLayer(spatialLayer: number): Promise<void>;
  getStats(): Promise<RTCStatsReport>;
  /** Idempotent. Calls no handler. */
  close(): void;
}

/** A received track. */
export interface MediaConsumer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly closed: boolean;
  readonly track: MediaStreamTrack;
  readonly rtpReceiver: RTCRtpReceiver | undefined;
  /** Local only: disables the track (black, silence) without renegotiation. Idempotent. */
  pause(): void;
  resume(): void;
  getStats(): Promise<RTCStatsReport>;
  /** Closes the consumer. The transport cannot consume the same id again (`unsupported`): pause a consumer to use it later. */
  close(): void;
}

/** Events of a data channel from now on, except a local `close`. */
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
  /** Delivers messages that arrived before at once. */
  listen(handlers: DataChannelHandlers & { onMessage(data: string | ArrayBuffer | Blob): void }): void;
  close(): void;
}

export interface MediaTransport {
  readonly id: string;
  readonly connectionState: MediaConnectionState;
  readonly closed: boolean;
  restartIce(iceParameters: IceParameters): Promise<void>;
  getStats(): Promise<RTCStatsReport>;
  /** Closes its producers and consumers too. Idempotent. Calls no handler. */
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

/** The result of `load`. */
export interface LoadedCapabilities {
  /** Receive capabilities for the request to join. */
  readonly recvRtpCapabilities: RtpCapabilities;
  readonly sctpCapabilities: SctpCapabilities | undefined;
  readonly canSend: Readonly<Record<MediaKind, boolean>>;
}

/** The media of one connection attempt. `close()` ends everything; the next attempt opens another session. */
export interface MediaSession {
  readonly closed: boolean;
  /** Once, before any transport. TureenError `unsupportedBrowser`, `unsupportedCodec`, `badResponse`. */
  load(routerRtpCapabilities: RtpCapabilities): Promise<LoadedCapabilities>;
  /** Whether the browser can decode a stream with these parameters. */
  canReceive(rtpParameters: RtpParameters): boolean;
  createSendTransport(description: TransportDescription, handlers: SendTransportHandlers): MediaSendTransport;
  createRecvTransport(description: TransportDescription, handlers: TransportHandlers): MediaRecvTransport;
  close(): void;
}

/** What an engine gets from the room for a session. An engine that wraps another passes the object on. */
export interface MediaOpenOptions {
  /** Logger of the room. An engine with a logger of its own ignores this one. Default: silent. */
  readonly logger?: Logger | undefined;
}

/**
 * The port for engines that exchange media with a server that describes its transports (ICE, DTLS, RTP parameters), as mediasoup
 * does. All calls reject with TureenError only. After `close()` pending calls reject with `closed`.
 */
export interface MediaEngine {
  /** Opens the media of one connection attempt. */
  open(options?: MediaOpenOptions): MediaSession;
}
