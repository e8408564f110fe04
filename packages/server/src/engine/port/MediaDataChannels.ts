import type { SctpStreamParameters } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaStats } from './MediaTransport.ts';

/** Incoming data channel. */
export interface MediaDataProducer {
  readonly id: string;
  readonly label: string;
  readonly protocol: string;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** Options of a data producer. */
export interface MediaDataProduceOptions {
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
}

/** Outgoing data channel. */
export interface MediaDataConsumer extends EventSource<MediaDataConsumerEvents> {
  readonly id: string;
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
  /** Pauses the consumer: its messages are dropped, not buffered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** Options of a data consumer. */
export interface MediaDataConsumeOptions {
  readonly dataProducerId: string;
  readonly paused: boolean;
}

/** Events of a {@link MediaDataConsumer}. */
export interface MediaDataConsumerEvents {
  /** The send buffer towards the client was full, and the worker dropped one message. */
  messageLost: Record<never, never>;
}
