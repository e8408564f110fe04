import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaDataProduceOptions, MediaDataProducer } from './MediaDataChannels.ts';

/** Transport that ends in this process: data channels of the server itself. */
export interface MediaDirectTransport {
  produceData(options: Omit<MediaDataProduceOptions, 'sctpStreamParameters'>): Promise<MediaDirectDataProducer>;
  /** Consumes a data producer. Messages arrive at once. */
  consumeData(dataProducerId: string): Promise<MediaDirectDataConsumer>;
  close(): void;
}

/** Limits of a {@link MediaDirectTransport}. Longer messages are dropped before they reach this process. */
export interface MediaDirectOptions {
  /** Maximum size of a message from a client, in bytes. */
  readonly maxConsumedBytes: number;
  /** Maximum size of a message from this process, in bytes. */
  readonly maxProducedBytes: number;
}

/** Data channel on which this process sends. */
export interface MediaDirectDataProducer extends MediaDataProducer {
  /** Sends a message. No effect once closed. Throws {@link MediaError}. */
  send(message: string | Uint8Array): void;
}

/** Data channel that ends in this process. */
export interface MediaDirectDataConsumer extends EventSource<MediaDirectDataConsumerEvents> {
  /** Pauses the consumer: the worker drops its messages. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): void;
}

/** Events of a {@link MediaDirectDataConsumer}. */
export interface MediaDirectDataConsumerEvents {
  /** Text, or null for binary and empty messages. */
  message: { text: string | null };
  /** Emitted whichever side closed the channel. */
  closed: Record<never, never>;
}
