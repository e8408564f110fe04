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

/** State of a transport, as in `RTCPeerConnection.connectionState`. */
export type MediaConnectionState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

/** Transport, as the server describes it. */
export interface TransportDescription {
  readonly id: string;
  readonly iceParameters: IceParameters;
  readonly iceCandidates: readonly IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
  readonly sctpParameters?: SctpParameters | undefined;
  readonly iceServers?: readonly RTCIceServer[] | undefined;
}

/** Requests of a transport to the dialect. Each may reject; the engine limits the wait. */
export interface TransportHandlers {
  /** Sends the local DTLS parameters to the server. */
  onConnect(dtlsParameters: DtlsParameters): Promise<void>;
  /** Reports each change of the state. */
  onConnectionState(state: MediaConnectionState): void;
}

/** Requests of a send transport to the dialect. */
export interface SendTransportHandlers extends TransportHandlers {
  /** Requests a producer. Resolves to the ID that the server assigned. */
  onProduce(request: {
    kind: MediaKind;
    rtpParameters: RtpParameters;
    appData: AppData;
    paused: boolean;
  }): Promise<string>;
  /** Requests a data producer. Resolves to the ID that the server assigned. */
  onProduceData(request: {
    sctpStreamParameters: SctpStreamParameters;
    label: string;
    protocol: string;
    appData: AppData;
  }): Promise<string>;
}

/** Encoding of a producer, as in `RTCRtpEncodingParameters`. */
export interface ProducerEncoding {
  /** Highest bitrate in bit/s. */
  maxBitrate?: number;
  /** Highest number of frames per second. */
  maxFramerate?: number;
  /** Divisor of width and height, at least 1. */
  scaleResolutionDownBy?: number;
  /** Layers within one stream, such as `L1T3`, or `L3T3_KEY` for VP9. */
  scalabilityMode?: string;
  /** Whether silence is not sent (audio). */
  dtx?: boolean;
  /** Priority of the encoder among the encodings of the browser. */
  priority?: RTCPriorityType;
  /** Priority of the packets (DSCP). */
  networkPriority?: RTCPriorityType;
}

/** Encoder settings that SDP carries. Settings of the other kind are ignored. */
export interface ProducerCodecOptions {
  /** Whether opus encodes in stereo. */
  opusStereo?: boolean;
  /** Whether opus adds forward error correction. */
  opusFec?: boolean;
  /** Whether opus sends nothing during silence. */
  opusDtx?: boolean;
  /** Highest sampling rate to encode, in Hz. */
  opusMaxPlaybackRate?: number;
  /** Average bitrate of opus in bit/s. */
  opusMaxAverageBitrate?: number;
  /** Duration of an opus packet in ms. */
  opusPtime?: number;
  /** Whether lost opus packets are sent again. */
  opusNack?: boolean;
  /** Bitrate at the start in kbit/s. */
  videoGoogleStartBitrate?: number;
  /** Highest bitrate in kbit/s. */
  videoGoogleMaxBitrate?: number;
  /** Lowest bitrate in kbit/s. */
  videoGoogleMinBitrate?: number;
}

/** Options to produce a track. */
export interface MediaProduceOptions {
  readonly track: MediaStreamTrack;
  readonly encodings?: readonly ProducerEncoding[] | undefined;
  readonly codecOptions?: ProducerCodecOptions | undefined;
  /**
   * MIME type of the codec to prefer, e.g. `video/VP9`. Rejects with `unsupportedCodec` where the browser or the router lacks the
   * codec.
   */
  readonly codec?: string | undefined;
  /** Starts paused, with `paused` in the request to produce. Default false. */
  readonly paused?: boolean | undefined;
  readonly appData?: AppData | undefined;
}

/** Options to consume a track. */
export interface MediaConsumeOptions {
  readonly id: string;
  readonly producerId: string;
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  /** Tracks with the same `streamId` play in sync. */
  readonly streamId?: string | undefined;
}

/** Options to open a data channel. */
export interface MediaDataProduceOptions {
  readonly label: string;
  readonly protocol?: string | undefined;
  /** Whether messages arrive in order. Default true. */
  readonly ordered?: boolean | undefined;
  /** Time in ms in which a lost message is sent again. Default: no limit. Excludes `maxRetransmits`. */
  readonly maxPacketLifeTime?: number | undefined;
  /** How often a lost message is sent again. Default: no limit. Excludes `maxPacketLifeTime`. */
  readonly maxRetransmits?: number | undefined;
  readonly appData?: AppData | undefined;
}

/** Options to consume a data channel. */
export interface MediaDataConsumeOptions {
  readonly id: string;
  readonly dataProducerId: string;
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol?: string | undefined;
}

/** Sent track. The engine never stops the track; its owner does. */
export interface MediaProducer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly closed: boolean;
  readonly track: MediaStreamTrack | null;
  readonly rtpSender: RTCRtpSender | undefined;
  /** Sends no RTP, and leaves the track unchanged. Local only. Idempotent. */
  pause(): void;
  /** Sends again after `pause()`. Local only. Idempotent. */
  resume(): void;
  /**
   * Replaces the track. While paused, the new track waits for `resume()`. Rejects with `invalidState` for a track that has ended.
   */
  replaceTrack(track: MediaStreamTrack): Promise<void>;
  /** Limits the simulcast streams; 0 sends only the lowest. */
  setMaxSpatialLayer(spatialLayer: number): Promise<void>;
  getStats(): Promise<RTCStatsReport>;
  /** Closes the producer. Idempotent. Calls no handler. */
  close(): void;
}

/** Received track. */
export interface MediaConsumer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly closed: boolean;
  readonly track: MediaStreamTrack;
  readonly rtpReceiver: RTCRtpReceiver | undefined;
  /** Disables the track (black, silence) without renegotiation. Local only. Idempotent. */
  pause(): void;
  /** Enables the track again. Local only. Idempotent. */
  resume(): void;
  getStats(): Promise<RTCStatsReport>;
  /**
   * Closes the consumer. The transport cannot consume the same ID again (`unsupported`), so pause a consumer that is needed
   * later.
   */
  close(): void;
}

/** Events of a data channel after the call, except a local `close()`. */
export interface DataChannelHandlers {
  onOpen(): void;
  onClose(): void;
  onError(error: unknown): void;
}

/** Sending end of a data channel. */
export interface MediaDataProducer {
  readonly id: string;
  readonly closed: boolean;
  readonly readyState: RTCDataChannelState;
  /** Bytes that the channel has not sent yet. */
  readonly bufferedAmount: number;
  /** Sets the bytes of `bufferedAmount` at which `onBufferedAmountLow` is called. */
  setBufferedAmountLowThreshold(bytes: number): void;
  /**
   * Sends a message. Throws TureenError `invalidState` unless `readyState` is `open`, `invalidArgument` for a message that is too
   * large, and `mediaFailed` when the buffer is full.
   */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void;
  /** Sets the handlers. A later call replaces them. */
  listen(handlers: DataChannelHandlers & { onBufferedAmountLow(): void }): void;
  close(): void;
}

/** Receiving end of a data channel. */
export interface MediaDataConsumer {
  readonly id: string;
  readonly closed: boolean;
  readonly readyState: RTCDataChannelState;
  /** Sets the handlers, and delivers the messages that arrived before. A later call replaces the handlers. */
  listen(handlers: DataChannelHandlers & { onMessage(data: string | ArrayBuffer | Blob): void }): void;
  close(): void;
}

/** WebRTC transport of one direction. */
export interface MediaTransport {
  readonly id: string;
  readonly connectionState: MediaConnectionState;
  readonly closed: boolean;
  /**
   * Connects a transport that carries nothing yet, where it has data channels: over one that no app sees. Resolves when the
   * local end has its description; `onConnectionState` reports the rest. Absent where only the first track or channel connects.
   */
  connect?(): Promise<void>;
  /** Restarts ICE with new parameters of the server. */
  restartIce(iceParameters: IceParameters): Promise<void>;
  getStats(): Promise<RTCStatsReport>;
  /** Closes the transport, its producers and its consumers. Idempotent. Calls no handler. */
  close(): void;
}

/** WebRTC transport that sends. */
export interface MediaSendTransport extends MediaTransport {
  /** Sends a track, after `onProduce` has resolved. */
  produce(options: MediaProduceOptions): Promise<MediaProducer>;
  /** Opens a data channel, after `onProduceData` has resolved. */
  produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer>;
}

/** WebRTC transport that receives. */
export interface MediaRecvTransport extends MediaTransport {
  /** Receives a track. */
  consume(options: MediaConsumeOptions): Promise<MediaConsumer>;
  /** Receives a data channel. */
  consumeData(options: MediaDataConsumeOptions): Promise<MediaDataConsumer>;
}

/** Result of `MediaSession.load()`. */
export interface LoadedCapabilities {
  /** Receive capabilities for the request to join. */
  readonly recvRtpCapabilities: RtpCapabilities;
  /** SCTP capabilities for the request to join. Undefined for an engine without data channels. */
  readonly sctpCapabilities: SctpCapabilities | undefined;
  /** Whether the browser can send a codec of the router, by kind. */
  readonly canSend: Readonly<Record<MediaKind, boolean>>;
}

/** Media of one attempt to join. `close()` ends everything; the next attempt opens another session. */
export interface MediaSession {
  readonly closed: boolean;
  /**
   * Loads the router's capabilities, once, before any transport. Rejects with TureenError `unsupportedBrowser`,
   * `unsupportedCodec` or `badResponse`.
   */
  load(routerRtpCapabilities: RtpCapabilities): Promise<LoadedCapabilities>;
  /** Returns whether the browser can decode a stream with these parameters. */
  canReceive(rtpParameters: RtpParameters): boolean;
  /** Creates the local end of a send transport. */
  createSendTransport(description: TransportDescription, handlers: SendTransportHandlers): MediaSendTransport;
  /** Creates the local end of a receive transport. */
  createRecvTransport(description: TransportDescription, handlers: TransportHandlers): MediaRecvTransport;
  /** Closes everything. Idempotent. Pending calls reject with `closed`. */
  close(): void;
}

/** Options of `MediaEngine.open()`, from the room. An engine that wraps another passes the object on. */
export interface MediaOpenOptions {
  /** Logger of the room. An engine with its own logger ignores this one. Default: no log. */
  readonly logger?: Logger | undefined;
}

/**
 * Port for engines whose server describes its transports (ICE, DTLS, RTP parameters), as mediasoup does. All calls reject with
 * TureenError only. After `close()` pending calls reject with `closed`.
 */
export interface MediaEngine {
  /** Opens the media of one attempt to join. */
  open(options?: MediaOpenOptions): MediaSession;
}
