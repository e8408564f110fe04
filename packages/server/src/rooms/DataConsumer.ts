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
  /** Made paused. */
  readonly media: MediaDataConsumer;
  readonly dataProducer: DataProducer;
  /** The peer that receives. */
  readonly owner: Peer;
  readonly transport: Transport;
  readonly clock: Clock;
  /** The owner, as its data producer waits for it. */
  readonly receiver: DataReceiver;
  /** The worker dropped messages. */
  readonly onLost: (count: number) => void;
  /** `isUnwanted`: its owner closed it, and needs no other one of that data producer. */
  readonly onClosed: (dataConsumer: DataConsumer, isUnwanted: boolean) => void;
}

/** One data producer's messages on their way to one peer. */
export class DataConsumer {
  readonly dataProducer: DataProducer;
  readonly transport: Transport;
  readonly #media: MediaDataConsumer;
  /** The peer that receives. */
  readonly owner: Peer;
  readonly #losses: LossReport;
  readonly #receiver: DataReceiver;
  readonly #onLost: DataConsumerOptions['onLost'];
  readonly #onClosed: DataConsumerOptions['onClosed'];
  #isAccepted = false;
  #isPaused = false;
  /** Made paused. */
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

  /** The peer that sends; null where the server itself sends. */
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

  /** Whether its owner accepted it. */
  get accepted(): boolean {
    return this.#isAccepted;
  }

  /** Whether its owner paused it. */
  get paused(): boolean {
    return this.#isPaused;
  }

  /** The owner is ready: messages flow from now on, unless it is paused. */
  async accept(): Promise<void> {
    this.#isAccepted = true;
    try {
      await this.#settle();
    } finally {
      this.dataProducer.receivers.handleReady(this.#receiver);
    }
  }

  /** The owner disconnected before its response: no sender waits for it, and the owner may still resume. */
  handleUnanswered(): void {
    this.dataProducer.receivers.handleGone(this.#receiver);
  }

  /** Drops messages instead of sending them, until {@link resume}. Idempotent. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#settle();
  }

  /** Idempotent. */
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

  /** Its transport closed, and the channel with it. The owner is notified of the transport only. */
  parentClosed(): void {
    this.#end();
  }

  /** Its data producer closed, and the channel with it. */
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
