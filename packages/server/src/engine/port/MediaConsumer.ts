import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaProducerType } from './MediaProducer.ts';
import type { MediaStats } from './MediaTransport.ts';

/** Outgoing media of one producer to one client. Pauses with its producer. */
export interface MediaConsumer extends EventSource<MediaConsumerEvents> {
  readonly id: string;
  readonly type: MediaProducerType;
  readonly rtpParameters: RtpParameters;
  readonly score: ConsumerScore;
  /** Requested layers; undefined where there are none to choose from. */
  readonly preferredLayers: Layers | undefined;
  /** Sent layers; undefined where nothing is sent, or there are none to choose from. */
  readonly currentLayers: Layers | undefined;
  pause(): Promise<void>;
  /** Resumes the consumer, and requests a key frame from the producer. */
  resume(): Promise<void>;
  /** Requests layers. A value above the producer's highest layer counts as the highest. */
  setPreferredLayers(layers: Layers): Promise<void>;
  /** Sets the priority, 1 to 255; 0 counts as 1. */
  setPriority(priority: number): Promise<void>;
  requestKeyFrame(): Promise<void>;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** Options of a consumer. */
export interface MediaConsumeOptions {
  readonly producerId: string;
  /** Capabilities from {@link MediaRouter.narrowRtpCapabilities}. */
  readonly rtpCapabilities: RtpCapabilities;
  readonly paused: boolean;
  /** MID that the client expects, 1 to 8 characters. Default: the engine's choice. */
  readonly mid?: string | undefined;
  /** Payload type of the codec at the client; only on a transport that renumbers. */
  readonly payloadType?: number | undefined;
}

/** Events of a {@link MediaConsumer}. */
export interface MediaConsumerEvents {
  score: { score: ConsumerScore };
  /** Layers that are sent. Null: nothing is sent. */
  layersChanged: { layers: Layers | null };
}

/** Layers, 0 the lowest. Without a temporal layer, the highest is meant. */
export interface Layers {
  readonly spatialLayer: number;
  readonly temporalLayer?: number | undefined;
}

/** Scores of the outgoing and the incoming media, 0 (unusable) to 10 (perfect). */
export interface ConsumerScore {
  readonly score: number;
  /** Score of the producer's stream that is sent. */
  readonly producerScore: number;
  /** Scores of all streams of the producer, in the order of its encodings. */
  readonly producerScores: readonly number[];
}
