import type { SctpStreamParameters } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaStats } from './MediaTransport.ts';

/** A data channel that comes in. */
export interface MediaDataProducer {
  readonly id: string;
  readonly label: string;
  readonly protocol: string;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** A data channel that a client is going to send on. */
export interface MediaDataProduceOptions {
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
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

/** A data channel that a client is going to receive on. */
export interface MediaDataConsumeOptions {
  readonly dataProducerId: string;
  readonly paused: boolean;
}

/** What a {@link MediaDataConsumer} tells. */
export interface MediaDataConsumerEvents {
  /** The send buffer towards the client was full, and the worker dropped one message. */
  messageLost: Record<never, never>;
}
