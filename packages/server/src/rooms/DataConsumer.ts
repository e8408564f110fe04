import type { Clock } from '@tureen/kernel';
import type { SctpStreamParameters } from '@tureen/protocol/common';
import type { MediaDataConsumer } from '../engine/port/MediaDataChannels.ts';
import type { MediaStats } from '../engine/port/MediaTransport.ts';
import type { DataProducer } from './DataProducer.ts';
import type { DataReceiver } from './DataReceivers.ts';
import { LossReport } from './LossReport.ts';
import type { Peer } from './Peer.ts';
import type { Transport } from './Transport.ts';
import { emitOnPeer } from './emitOnPeer.ts';

/** Parts of a {@link DataConsumer}. */
export interface DataConsumerOptions {
  /** Media, created paused. */
  readonly media: MediaDataConsumer;
  readonly dataProducer: DataProducer;
  /** Peer that receives. */
  readonly owner: Peer;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Owner, as its data producer waits for it. */
  readonly receiver: DataReceiver;
  /** Called where the worker dropped messages. */
  readonly onLost: (count: number) => void;
  /** `isUnwanted`: the owner closed the data consumer, and needs no other from that data producer. */
  readonly onClosed: (dataConsumer: DataConsumer, isUnwanted: boolean) => void;
}

/** Messages of one data producer for one peer. */
export class DataConsumer {
  readonly usesSctp = true;
  readonly dataProducer: DataProducer;
  readonly transport: Transport;
  readonly #media: MediaDataConsumer;
  /** Peer that receives. */
  readonly owner: Peer;
  readonly #losses: LossReport;
  readonly #receiver: DataReceiver;
  readonly #onLost: DataConsumerOptions['onLost'];
  readonly #onClosed: DataConsumerOptions['onClosed'];
  #isAccepted = false;
  #isPaused = false;
  /** Whether the engine was last requested to resume; it starts paused. */
  #isFlowing = false;
  #closed = false;

  constructor({ media, dataProducer, owner, transport, clock, receiver, onLost, onClosed }: DataConsumerOptions) {
    this.#media = media;
    this.dataProducer = dataProducer;
    this.transport = transport;
    this.owner = owner;
    this.#losses = new LossReport(clock, (count) => {
      this.#handleLost(count);
    });
    media.on('messageLost', () => {
      this.#losses.add();
    });
    this.#receiver = receiver;
    this.#onLost = onLost;
    this.#onClosed = onClosed;
  }

  get id(): string {
    return this.#media.id;
  }

  /** Peer that sends; null where the server itself sends. */
  get peer(): Peer | null {
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

  /** Whether the owner accepted the data consumer. */
  get accepted(): boolean {
    return this.#isAccepted;
  }

  /** Whether the owner paused the data consumer. */
  get paused(): boolean {
    return this.#isPaused;
  }

  /** Handles that the owner is ready. Messages flow from now on, unless the data consumer is paused. */
  async accept(): Promise<void> {
    this.#isAccepted = true;
    try {
      await this.#settle();
    } finally {
      this.dataProducer.receivers.handleReady(this.#receiver);
    }
  }

  /** Handles that the owner disconnected before its response: no sender waits for the owner, which may still resume. */
  handleUnanswered(): void {
    this.dataProducer.receivers.handleGone(this.#receiver);
  }

  /** Drops messages until {@link resume}. Idempotent. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#settle();
  }

  /** Sends messages again. Idempotent. */
  async resume(): Promise<void> {
    this.#isPaused = false;
    await this.#settle();
  }

  getStats(): Promise<MediaStats> {
    return this.#media.getStats();
  }

  /** Closes the data consumer. The owner is notified where the server closes it. */
  close(by: 'owner' | 'server', reason = 'server'): void {
    if (!this.#end(by === 'owner')) return;
    this.#media.close();
    if (by === 'server') emitOnPeer(this.owner, 'dataConsumerClosed', { dataConsumer: this, reason });
  }

  /** Handles the close of the transport, which closes the channel. The owner is notified only of the transport. */
  parentClosed(): void {
    this.#end();
  }

  /** Handles the close of the data producer, which closes the channel. */
  producerClosed(reason: string): void {
    if (this.#end()) emitOnPeer(this.owner, 'dataConsumerClosed', { dataConsumer: this, reason });
  }

  #end(isUnwanted = false): boolean {
    if (this.#closed) return false;
    this.#losses.close();
    this.#closed = true;
    this.dataProducer.receivers.handleGone(this.#receiver);
    this.#onClosed(this, isUnwanted);
    return true;
  }

  /** Notifies both peers: the receiver misses messages, and the sender sends too fast. */
  #handleLost(count: number): void {
    const event = { dataConsumer: this, count };
    emitOnPeer(this.owner, 'messagesLost', event);
    const { peer } = this.dataProducer;
    if (peer !== null) emitOnPeer(peer, 'messagesLost', event);
    this.#onLost(count);
  }

  async #settle(): Promise<void> {
    const shouldFlow = this.#isAccepted && !this.#isPaused;
    if (this.#closed || shouldFlow === this.#isFlowing) return;
    this.#isFlowing = shouldFlow;
    await (shouldFlow ? this.#media.resume() : this.#media.pause());
  }
}
