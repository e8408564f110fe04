import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaDataProduceOptions, MediaDataProducer } from './MediaDataChannels.ts';

/** A transport whose far end is this process: data channels of the server itself. */
export interface MediaDirectTransport {
  produceData(options: Omit<MediaDataProduceOptions, 'sctpStreamParameters'>): Promise<MediaDirectDataProducer>;
  /** Messages begin to arrive at once. */
  consumeData(dataProducerId: string): Promise<MediaDirectDataConsumer>;
  close(): void;
}

/** How much a {@link MediaDirectTransport} carries at a time. Longer messages are dropped before they reach this process. */
export interface MediaDirectOptions {
  /** Longest message that it takes from clients, in bytes. */
  readonly maxConsumedBytes: number;
  /** Longest message that it sends, in bytes. */
  readonly maxProducedBytes: number;
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
