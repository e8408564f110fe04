import type { SctpStreamParameters } from '@tureen/protocol/common';
import type { MediaDataConsumer, MediaStats } from '../engine/MediaBackend.ts';
import type { DataProducer } from './DataProducer.ts';
import type { Peer } from './Peer.ts';
import type { Transport } from './Transport.ts';

/** What a {@link DataConsumer} is made of. */
export interface DataConsumerOptions {
  /** Made paused. */
  readonly media: MediaDataConsumer;
  readonly dataProducer: DataProducer;
  /** Who receives it. */
  readonly owner: Peer;
  readonly transport: Transport;
  readonly onClosed: (dataConsumer: DataConsumer) => void;
}

/** One data producer's messages on their way to one peer. */
export class DataConsumer {
  readonly dataProducer: DataProducer;
  readonly transport: Transport;
  readonly #media: MediaDataConsumer;
  readonly #owner: Peer;
  readonly #onClosed: (dataConsumer: DataConsumer) => void;
  #closed = false;

  constructor({ media, dataProducer, owner, transport, onClosed }: DataConsumerOptions) {
    this.#media = media;
    this.dataProducer = dataProducer;
    this.transport = transport;
    this.#owner = owner;
    this.#onClosed = onClosed;
  }

  get id(): string {
    return this.#media.id;
  }

  /** Whose messages they are. */
  get peer(): Peer {
    return this.dataProducer.peer;
  }

  get label(): string {
    return this.#media.label;
  }

  get protocol(): string {
    return this.#media.protocol;
  }

  get sctpStreamParameters(): SctpStreamParameters {
    return this.#media.sctpStreamParameters;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The owner's end is ready: from now on messages flow. */
  async accept(): Promise<void> {
    if (!this.#closed) await this.#media.resume();
  }

  getStats(): Promise<MediaStats> {
    return this.#media.getStats();
  }

  /** Closed by the server; its owner is told. */
  close(reason = 'closed'): void {
    if (!this.#end()) return;
    this.#media.close();
    this.#owner.emit('dataConsumerClosed', { dataConsumer: this, reason });
  }

  /** Its transport is gone, and the channel with it. The owner was told of the transport. */
  parentClosed(): void {
    this.#end();
  }

  /** Its data producer is gone, and the channel with it. */
  producerClosed(reason: string): void {
    if (this.#end()) this.#owner.emit('dataConsumerClosed', { dataConsumer: this, reason });
  }

  #end(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#onClosed(this);
    return true;
  }
}
