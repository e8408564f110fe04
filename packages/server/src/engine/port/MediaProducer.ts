import type { MediaKind, RtpParameters } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaStats } from './MediaTransport.ts';

/** Incoming media. */
export interface MediaProducer extends EventSource<MediaProducerEvents> {
  readonly id: string;
  readonly kind: MediaKind;
  readonly type: MediaProducerType;
  readonly rtpParameters: RtpParameters;
  /** Minimum time between two key frame requests to the sender of a stream, in ms; 0: no minimum. */
  readonly keyFrameRequestDelayMs: number;
  /** Parameters under the router's payload types, as a consumer with all capabilities would receive them, except for SSRCs. */
  readonly consumableRtpParameters: RtpParameters;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Reports key frames as events from now on. For video. */
  watchKeyFrames(): Promise<void>;
  /**
   * Requests a key frame from the sender although no consumer receives the producer. Where a consumer receives it,
   * `MediaConsumer.requestKeyFrame` costs less.
   */
  requestKeyFrame(): Promise<void>;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** Options of a producer. */
export interface MediaProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
}

/** Events of a {@link MediaProducer}. */
export interface MediaProducerEvents {
  score: { score: readonly StreamScore[] };
  /** A key frame of one stream arrived; only after {@link MediaProducer.watchKeyFrames}. */
  keyFrame: {
    /** Time since the request to the sender, in ms; undefined for a key frame without a request. */
    readonly requestedMsAgo: number | undefined;
  };
}

/** Choices of the server: none, among streams, or among layers of one stream. */
export type MediaProducerType = 'simple' | 'simulcast' | 'svc';

/** Score of one stream, 0 (unusable) to 10 (perfect). */
export interface StreamScore {
  readonly encodingIdx: number;
  readonly ssrc: number;
  readonly rid?: string | undefined;
  readonly score: number;
}
