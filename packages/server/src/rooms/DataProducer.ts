import type { Clock } from '@tureen/kernel';
import type { MediaDataProducer } from '../engine/port/MediaDataChannels.ts';
import type { MediaStats } from '../engine/port/MediaTransport.ts';
import type { DataConsumer } from './DataConsumer.ts';
import { DataReceivers } from './DataReceivers.ts';
import type { Peer } from './Peer.ts';

/** Parts of a {@link DataProducer}. */
export interface DataProducerOptions {
  readonly media: MediaDataProducer;
  /** Peer that sends; null for the server itself. */
  readonly peer: Peer | null;
  /** Data of the app; any JSON. */
  readonly appData: unknown;
  readonly clock: Clock;
  readonly onClosed: (dataProducer: DataProducer) => void;
}

/** Data channel that one peer sends to the room. */
export class DataProducer {
  readonly usesSctp = true;
  /** Peer that sends; null for the server itself. */
  readonly peer: Peer | null;
  /** Data of the app; any JSON. */
  readonly appData: unknown;
  /** Receivers whose channels are not open yet. */
  readonly receivers: DataReceivers;
  readonly #media: MediaDataProducer;
  readonly #onClosed: (dataProducer: DataProducer) => void;
  readonly #dataConsumers = new Set<DataConsumer>();
  #closed = false;

  constructor({ media, peer, appData, clock, onClosed }: DataProducerOptions) {
    this.#media = media;
    this.peer = peer;
    this.appData = appData;
    this.receivers = new DataReceivers(clock);
    this.#onClosed = onClosed;
  }

  get id(): string {
    return this.#media.id;
  }

  get label(): string {
    return this.#media.label;
  }

  get protocol(): string {
    return this.#media.protocol;
  }

  get closed(): boolean {
    return this.#closed;
  }

  getStats(): Promise<MediaStats> {
    return this.#media.getStats();
  }

  /** Closes the data producer and its data consumers. */
  close(): void {
    if (this.#end('producerClosed')) this.#media.close();
  }

  /** Handles the close of the transport, which closes the channel. The receivers are notified. */
  parentClosed(reason: string): void {
    this.#end(reason);
  }

  /** Adds a data consumer of this data producer. */
  addConsumer(dataConsumer: DataConsumer): void {
    this.#dataConsumers.add(dataConsumer);
  }

  removeConsumer(dataConsumer: DataConsumer): void {
    this.#dataConsumers.delete(dataConsumer);
  }

  #end(reason: string): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    for (const dataConsumer of this.#dataConsumers) dataConsumer.producerClosed(reason);
    this.#dataConsumers.clear();
    this.receivers.close();
    this.#onClosed(this);
    return true;
  }
}
