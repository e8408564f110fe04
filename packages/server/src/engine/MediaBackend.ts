import type {
  DtlsParameters,
  IceCandidate,
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  SctpParameters,
  SctpStreamParameters,
} from '@tureen/protocol/common';
import type { EventSource } from '../shared/TypedEmitter.ts';
import type { MediaBackendEvents, MediaWorkerDump, MediaWorkerState } from './MediaWorkers.ts';

/**
 * The port for what moves media: all that the rooms need of an SFU, in neutral words. `engine/mediasoup/` implements it.
 * Every method that answers with a promise rejects with {@link MediaError} only. Closing anything is idempotent, and
 * closes what was made on it; who asked for it is not told again.
 */
export interface MediaBackend extends EventSource<MediaBackendEvents> {
  /** The version of what lies below, told to clients by some dialects. */
  readonly version: string;
  /** Every worker process there should be. */
  readonly workers: readonly MediaWorkerState[];
  /** Makes a router on the running worker with the fewest. Rejects with `noWorker` where no worker is running. */
  createRouter(): Promise<MediaRouter>;
  /** Lists what every running worker holds now. For leak hunts. */
  dump(): Promise<MediaWorkerDump[]>;
  /** Ends the workers, and kills those that do not end in time. Resolves when their processes are gone. */
  close(): Promise<void>;
}

/** The media of one room. */
export interface MediaRouter extends EventSource<MediaRouterEvents> {
  readonly id: string;
  readonly rtpCapabilities: RtpCapabilities;
  createWebRtcTransport(options: MediaTransportOptions): Promise<MediaTransport>;
  createDirectTransport(options: MediaDirectOptions): Promise<MediaDirectTransport>;
  createSpeechObserver(options: MediaSpeechOptions): Promise<MediaSpeechObserver>;
  /**
   * Of what an endpoint can receive, the part that the router can send: no larger than the router's own capabilities. To be
   * done once for each endpoint. Throws {@link MediaError} `invalidParameters` for capabilities that no endpoint can have.
   */
  matchRtpCapabilities(rtpCapabilities: RtpCapabilities): RtpCapabilities;
  /** Of matched capabilities, the part for a producer's `consumableRtpParameters`; undefined where it cannot be decoded. */
  narrowRtpCapabilities(consumable: RtpParameters, matched: RtpCapabilities): RtpCapabilities | undefined;
  close(): void;
}

/** What a {@link MediaRouter} tells. */
export interface MediaRouterEvents {
  /** It ended without our asking, and everything on it. */
  closed: { reason: 'workerDied' };
}

/** What a transport is for. */
export interface MediaTransportOptions {
  /** TCP candidates only. */
  readonly forceTcp: boolean;
  /** With data channels. */
  readonly enableSctp: boolean;
  /** Reports `downlinkBwe`; for transports that carry media to the client. */
  readonly reportBwe: boolean;
  /** Whether what this transport sends may have other payload types than the router's. Default false. */
  readonly renumbers?: boolean | undefined;
}

/** One WebRTC connection with a client, seen from the server. */
export interface MediaTransport extends EventSource<MediaTransportEvents> {
  readonly id: string;
  readonly iceParameters: IceParameters;
  readonly iceCandidates: readonly IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
  /** Where data channels were asked for. */
  readonly sctpParameters: SctpParameters | undefined;
  connect(dtlsParameters: DtlsParameters): Promise<void>;
  restartIce(): Promise<IceParameters>;
  produce(options: MediaProduceOptions): Promise<MediaProducer>;
  consume(options: MediaConsumeOptions): Promise<MediaConsumer>;
  produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer>;
  consumeData(options: MediaDataConsumeOptions): Promise<MediaDataConsumer>;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** What a {@link MediaTransport} tells. */
export interface MediaTransportEvents {
  iceStateChanged: { state: 'new' | 'connected' | 'completed' | 'disconnected' | 'closed' };
  dtlsStateChanged: { state: 'new' | 'connecting' | 'connected' | 'failed' | 'closed' };
  /** Of the association that carries the data channels. */
  sctpStateChanged: { state: 'new' | 'connecting' | 'connected' | 'failed' | 'closed' };
  /** What the path to the client can take. bit/s. */
  downlinkBwe: Bwe;
}

/** Estimates of the bandwidth towards a client. bit/s. */
export interface Bwe {
  /** What its consumers would take. */
  readonly desiredBitrate: number;
  /** The same, as the estimator counts with it. */
  readonly effectiveDesiredBitrate: number;
  readonly availableBitrate: number;
}

/** Objects of the engine's own, each with at least `type` and `timestamp` (ms). */
export type MediaStats = Record<string, unknown>[];

/** What the server can choose among: nothing, streams, or layers of one stream. */
export type MediaProducerType = 'simple' | 'simulcast' | 'svc';

/** Media that a client is going to send. */
export interface MediaProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
}

/** Media that comes in. */
export interface MediaProducer extends EventSource<MediaProducerEvents> {
  readonly id: string;
  readonly kind: MediaKind;
  readonly type: MediaProducerType;
  readonly rtpParameters: RtpParameters;
  /** Least time between two key frame requests to the sender of a stream, in ms; 0: no least time. */
  readonly keyFrameRequestDelayMs: number;
  /** The same in the router's numbers: what a consumer that can take everything would be sent, but for its SSRCs. */
  readonly consumableRtpParameters: RtpParameters;
  pause(): Promise<void>;
  resume(): Promise<void>;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** Score of one stream, 0 (unusable) to 10 (perfect). */
export interface StreamScore {
  readonly encodingIdx: number;
  readonly ssrc: number;
  readonly rid?: string | undefined;
  readonly score: number;
}

/** What a {@link MediaProducer} tells. */
export interface MediaProducerEvents {
  score: { score: readonly StreamScore[] };
}

/** Media that a client is going to receive. */
export interface MediaConsumeOptions {
  readonly producerId: string;
  /** As {@link MediaRouter.narrowRtpCapabilities} has made them. */
  readonly rtpCapabilities: RtpCapabilities;
  readonly paused: boolean;
  /** The media section that the client expects it in, 1 to 8 characters. Default: the engine's choice. */
  readonly mid?: string | undefined;
  /** Payload type under which the client wants the codec; on a transport that renumbers, and nowhere else. */
  readonly payloadType?: number | undefined;
}

/** 0 the lowest; no temporal layer means the highest. */
export interface Layers {
  readonly spatialLayer: number;
  readonly temporalLayer?: number | undefined;
}

/** Scores of what goes out and of what came in, 0 (unusable) to 10 (perfect). */
export interface ConsumerScore {
  readonly score: number;
  /** Of the stream of the producer that is being sent. */
  readonly producerScore: number;
  /** Of all streams of the producer, in the order of its encodings. */
  readonly producerScores: readonly number[];
}

/** Media that goes out: one producer's, to one client. Follows the pauses of its producer by itself. */
export interface MediaConsumer extends EventSource<MediaConsumerEvents> {
  readonly id: string;
  readonly type: MediaProducerType;
  readonly rtpParameters: RtpParameters;
  readonly score: ConsumerScore;
  /** What is asked for; undefined where there is nothing to choose. */
  readonly preferredLayers: Layers | undefined;
  /** What is being sent; undefined: nothing, or nothing to choose. */
  readonly currentLayers: Layers | undefined;
  pause(): Promise<void>;
  /** Asks the producer for a key frame by itself. */
  resume(): Promise<void>;
  /** What is above the producer's highest layer counts as the highest. */
  setPreferredLayers(layers: Layers): Promise<void>;
  /** 1 to 255; 0 counts as 1. */
  setPriority(priority: number): Promise<void>;
  requestKeyFrame(): Promise<void>;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** What a {@link MediaConsumer} tells. */
export interface MediaConsumerEvents {
  score: { score: ConsumerScore };
  /** Null: nothing is being sent. */
  layersChanged: { layers: Layers | null };
}

/** A data channel that a client is going to send on. */
export interface MediaDataProduceOptions {
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
}

/** A data channel that comes in. */
export interface MediaDataProducer {
  readonly id: string;
  readonly label: string;
  readonly protocol: string;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** A data channel that a client is going to receive on. */
export interface MediaDataConsumeOptions {
  readonly dataProducerId: string;
  readonly paused: boolean;
}

/** A data channel that goes out. */
export interface MediaDataConsumer extends EventSource<MediaDataConsumerEvents> {
  readonly id: string;
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
  /** Messages of a paused one are dropped, not kept. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** What a {@link MediaDataConsumer} tells. */
export interface MediaDataConsumerEvents {
  /** The send buffer towards the client was full, and the worker dropped one message. */
  messageLost: Record<never, never>;
}

/** How much a {@link MediaDirectTransport} carries at a time. Longer messages are dropped before they reach this process. */
export interface MediaDirectOptions {
  /** Longest message that it takes from clients, in bytes. */
  readonly maxConsumedBytes: number;
  /** Longest message that it sends, in bytes. */
  readonly maxProducedBytes: number;
}

/** A transport whose far end is this process: data channels of the server itself. */
export interface MediaDirectTransport {
  produceData(options: Omit<MediaDataProduceOptions, 'sctpStreamParameters'>): Promise<MediaDirectDataProducer>;
  /** Messages begin to arrive at once. */
  consumeData(dataProducerId: string): Promise<MediaDirectDataConsumer>;
  close(): void;
}

/** A data channel that this process sends on. */
export interface MediaDirectDataProducer extends MediaDataProducer {
  /** Without effect once it is closed. Throws {@link MediaError}. */
  send(message: string | Uint8Array): void;
}

/** A data channel that ends in this process. */
export interface MediaDirectDataConsumer extends EventSource<MediaDirectDataConsumerEvents> {
  /** Messages of a paused one are dropped in the worker. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): void;
}

/** What a {@link MediaDirectDataConsumer} tells. */
export interface MediaDirectDataConsumerEvents {
  /** Text, or null for bytes, and for what is empty. */
  message: { text: string | null };
  /** Whoever closed it. */
  closed: Record<never, never>;
}

/** How a {@link MediaSpeechObserver} listens. */
export interface MediaSpeechOptions {
  /** How often volumes are reported, in ms. */
  readonly intervalMs: number;
  /** Average volume below which a producer is silent, in dBov: -127 to 0. */
  readonly thresholdDbov: number;
}

/** Listens to audio producers: how loud they are, and who leads the talk. */
export interface MediaSpeechObserver extends EventSource<MediaSpeechEvents> {
  /** Until the producer closes. A paused one counts as silent. */
  add(producerId: string): Promise<void>;
}

/** What a {@link MediaSpeechObserver} tells. */
export interface MediaSpeechEvents {
  /** The loudest first, in dBov (-127 to 0). Empty, once, when all have fallen silent. */
  volumes: { volumes: readonly { producerId: string; volume: number }[] };
  /** Another producer leads the talk now. */
  dominantSpeaker: { producerId: string };
}

/** Why the engine refused or failed. The message is always fit for clients: the engine's own words are in `cause` only. */
export type MediaErrorCode =
  /** The parameters are wrong; the message says how. */
  | 'invalidParameters'
  /** No worker is running; the same request may succeed later. */
  | 'noWorker'
  /** The worker did not respond in time; the same request may succeed later. */
  | 'timeout'
  /** Every media port is in use; the same request may succeed later. */
  | 'noPort'
  /** The entity is closed, or its worker died meanwhile. */
  | 'closed'
  /** The worker refused; the message is one of a few fixed texts. */
  | 'refused';

/** A request to the engine that failed. */
export class MediaError extends Error {
  override name = 'MediaError';
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether the same request may succeed later: the fault is the server's, and passes. */
export function isPassing({ code }: MediaError): boolean {
  return code === 'noPort' || code === 'noWorker' || code === 'timeout';
}
