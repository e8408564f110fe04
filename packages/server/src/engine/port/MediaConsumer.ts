import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaProducerType } from './MediaProducer.ts';
import type { MediaStats } from './MediaTransport.ts';

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

/** What a {@link MediaConsumer} tells. */
export interface MediaConsumerEvents {
  score: { score: ConsumerScore };
  /** Null: nothing is being sent. */
  layersChanged: { layers: Layers | null };
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
