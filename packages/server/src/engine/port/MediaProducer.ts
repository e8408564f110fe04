import type { MediaKind, RtpParameters } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaStats } from './MediaTransport.ts';

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

/** Media that a client is going to send. */
export interface MediaProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
}

/** What a {@link MediaProducer} tells. */
export interface MediaProducerEvents {
  score: { score: readonly StreamScore[] };
}

/** What the server can choose among: nothing, streams, or layers of one stream. */
export type MediaProducerType = 'simple' | 'simulcast' | 'svc';

/** Score of one stream, 0 (unusable) to 10 (perfect). */
export interface StreamScore {
  readonly encodingIdx: number;
  readonly ssrc: number;
  readonly rid?: string | undefined;
  readonly score: number;
}
