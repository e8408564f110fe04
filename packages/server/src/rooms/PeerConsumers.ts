import type { RtpCapabilities } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { MediaError } from '../engine/port/MediaError.ts';
import type { Consumer } from './Consumer.ts';
import { ConsumerFactory } from './ConsumerFactory.ts';
import type { DataConsumer } from './DataConsumer.ts';
import type { DataProducer } from './DataProducer.ts';
import type { DataReceiver } from './DataReceivers.ts';
import type { Peer } from './Peer.ts';
import type { ConsumeOptions, PullOptions, ResumableIds } from './PeerOptions.ts';
import { Producer } from './Producer.ts';
import type { Allowance } from './Allowance.ts';
import type { RoomAccess, RoomResources } from './RoomAccess.ts';
import { RoomError } from './RoomError.ts';
import type { Transport } from './Transport.ts';
import { emitOnPeer } from './emitOnPeer.ts';

/** Time that a client needs to set up an offered consumer, in ms. */
const SET_UP_MS = 80;
/** Additional time for each consumer that the client sets up at the same time, in ms. A client sets them up together. */
const SET_UP_EACH_MS = 20;

/** Parts of {@link PeerConsumers}. */
export interface PeerConsumersOptions {
  readonly owner: Peer;
  readonly room: RoomAccess;
  readonly resources: RoomResources;
  readonly logger: Logger;
}

/**
 * Consumers of one peer: at most one per producer, offered once. When the transport of its consumers is replaced, all
 * producers may be offered again. Producers above the limit are offered when other consumers close.
 */
export class PeerConsumers implements DataReceiver {
  isBehind = false;
  readonly #owner: Peer;
  readonly #room: RoomAccess;
  readonly #resources: RoomResources;
  readonly #logger: Logger;
  readonly #factory: ConsumerFactory;
  #options: ConsumeOptions | null = null;
  #offered = new WeakSet<Producer | DataProducer>();
  /** Producers that the peer cannot decode, or whose consumers it closed. */
  #declined = new WeakSet<Producer | DataProducer>();
  /** Whether a producer was not offered because the limit was reached or the worker did not respond. */
  #hasSkipped = false;
  readonly #pending = new Map<Producer | DataProducer, Promise<void>>();

  constructor({ owner, room, resources, logger }: PeerConsumersOptions) {
    this.#owner = owner;
    this.#room = room;
    this.#resources = resources;
    this.#logger = logger;
    this.#factory = new ConsumerFactory({
      owner,
      receiver: this,
      resources,
      logger,
      onMessagesLost: (count) => {
        room.report('messagesLost', { count });
      },
      onClosed: (source, isUnwanted) => {
        if (isUnwanted) this.#declined.add(source);
        this.#offerSkipped();
      },
    });
  }

  get consumers(): ReadonlyMap<string, Consumer> {
    return this.#factory.consumers;
  }

  get dataConsumers(): ReadonlyMap<string, DataConsumer> {
    return this.#factory.dataConsumers;
  }

  /** Options of the last {@link consume}; null where the peer does not receive, or its transport closed. */
  get options(): ConsumeOptions | null {
    return this.#options === null || this.#options.transport.closed ? null : this.#options;
  }

  /**
   * Receives the media of the other peers, from the join on. With `offerExisting: false` only from later producers.
   *
   * @throws RoomError `closed`.
   */
  consume(options: ConsumeOptions, { offerExisting = true } = {}): void {
    if (this.#owner.state === 'closed') throw new RoomError('closed');
    if (options.transport !== this.#options?.transport) {
      this.#offered = new WeakSet();
      this.#declined = new WeakSet();
    }
    this.#options = options;
    if (offerExisting) this.offerExisting();
  }

  /** Handles that the peer joins soon: measures how long the senders take for a key frame. */
  expectOffers(): void {
    for (const source of this.#room.sourcesFor(this.#owner))
      if (source instanceof Producer && source.kind === 'video') source.keyFrames.watch();
  }

  /** Offers all producers of the room that the peer has not been offered. Has no effect before the join. */
  offerExisting(): void {
    if (this.#owner.state !== 'joined') return;
    for (const source of this.#room.sourcesFor(this.#owner)) {
      if (source instanceof Producer) this.offer(source);
      else this.offerData(source);
    }
  }

  /** Offers producers again that the peer has no consumer of, except those whose consumers it closed or that it cannot decode. */
  offerMissing(): void {
    this.#offered = new WeakSet([
      ...this.#pending.keys(),
      ...[...this.consumers.values()].map(({ producer }) => producer),
      ...[...this.dataConsumers.values()].map(({ dataProducer }) => dataProducer),
    ]);
    this.offerExisting();
  }

  /** Creates a consumer, once, if the peer receives media, is connected, and can decode the producer. Never throws. */
  offer(producer: Producer): void {
    const { options } = this;
    if (options?.rtpCapabilities === undefined || !this.#isNew(producer)) return;
    if (this.#isFull(this.#factory.allowance)) return;
    const { rtpCapabilities } = options;
    this.#make(producer, () => this.#consume(producer, options, rtpCapabilities), { producerId: producer.id });
  }

  /** Creates a data consumer as {@link offer} creates a consumer. */
  offerData(dataProducer: DataProducer): void {
    const { options } = this;
    if (options?.data !== true || options.transport.sctpParameters === undefined) return;
    if (!this.#isNew(dataProducer) || this.#isFull(this.#factory.dataAllowance)) return;
    const { receivers } = dataProducer;
    receivers.expect(this);
    const consume = async () => {
      let dataConsumer: DataConsumer | undefined;
      try {
        if (this.#isTooLate(dataProducer, options.transport, this.#factory.dataAllowance)) return;
        dataConsumer = await this.#factory.createData(dataProducer, options.transport);
      } finally {
        if (dataConsumer === undefined) receivers.handleGone(this);
      }
      if (dataConsumer !== undefined) emitOnPeer(this.#owner, 'newDataConsumer', { dataConsumer });
    };
    this.#make(dataProducer, consume, { dataProducerId: dataProducer.id });
  }

  /** Resolves when every pending consumer is announced to the peer, or has failed. */
  async whenOffersMade(): Promise<void> {
    await Promise.all(this.#pending.values());
  }

  /**
   * Reduces capabilities of the client, of any size, to those that the room can send.
   *
   * @throws MediaError `invalidParameters` for capabilities that no client can have.
   */
  matchRtpCapabilities(rtpCapabilities: RtpCapabilities): RtpCapabilities {
    return this.#resources.router.matchRtpCapabilities(rtpCapabilities);
  }

  /**
   * Returns whether an endpoint with these capabilities can decode a producer of the room. Never throws for checked
   * capabilities.
   */
  canPull(producer: Producer, rtpCapabilities: RtpCapabilities): boolean {
    return !producer.closed && this.#narrow(producer, this.matchRtpCapabilities(rtpCapabilities)) !== undefined;
  }

  /**
   * Consumes one producer on a chosen transport, in addition to what {@link consume} offers. Emits no `newConsumer`.
   *
   * @throws RoomError `notJoined`, `closed` (also of the producer or the transport); MediaError `invalidParameters` where these
   * capabilities cannot decode the producer.
   */
  async pull(producer: Producer, options: PullOptions): Promise<Consumer> {
    const { state } = this.#owner;
    if (state !== 'joined') throw new RoomError(state === 'closed' ? 'closed' : 'notJoined');
    const rtpCapabilities = this.#narrow(producer, this.matchRtpCapabilities(options.rtpCapabilities));
    if (rtpCapabilities === undefined)
      throw new MediaError('invalidParameters', `no codec in common with producer ${producer.id}`);
    const consumer = await this.#factory.create(producer, { ...options, rtpCapabilities });
    if (consumer === undefined) throw new RoomError('closed');
    return consumer;
  }

  /** Closes consumers that the client of a resumed peer does not have. */
  retainOnly({ consumers, dataConsumers }: Pick<ResumableIds, 'consumers' | 'dataConsumers'>): void {
    for (const consumer of [...this.consumers.values()])
      if (!consumers.has(consumer.id)) consumer.close('server', 'unknown');
    for (const dataConsumer of [...this.dataConsumers.values()])
      // The client closed an accepted data consumer while it was disconnected: do not offer another.
      if (!dataConsumers.has(dataConsumer.id))
        dataConsumer.close(dataConsumer.accepted ? 'owner' : 'server', 'unknown');
  }

  /** Returns whether a source may be offered now: once, and only to a connected client. */
  #isNew(source: Producer | DataProducer): boolean {
    return !this.#owner.reconnecting && !this.#offered.has(source) && !this.#declined.has(source);
  }

  #isFull({ isExhausted }: Allowance): boolean {
    if (isExhausted && !this.#hasSkipped) this.#logger.warn('reached the limit of consumers; further producers wait');
    this.#hasSkipped ||= isExhausted;
    return isExhausted;
  }

  #offerSkipped(): void {
    if (!this.#hasSkipped) return;
    this.#hasSkipped = false;
    this.offerExisting();
  }

  #make(source: Producer | DataProducer, consume: () => Promise<void>, ids: object): void {
    this.#offered.add(source);
    const made = this.#resources.turns
      .run(this.#owner, consume)
      .catch((error: unknown) => {
        this.#handleFailure(error, source, ids);
      })
      .finally(() => {
        if (this.#pending.get(source) === made) this.#pending.delete(source);
      });
    this.#pending.set(source, made);
  }

  async #consume(
    producer: Producer,
    { transport }: ConsumeOptions,
    matchedCapabilities: RtpCapabilities,
  ): Promise<void> {
    if (this.#isTooLate(producer, transport, this.#factory.allowance)) return;
    const rtpCapabilities = this.#narrow(producer, matchedCapabilities);
    if (rtpCapabilities === undefined) {
      this.#declined.add(producer);
      emitOnPeer(this.#owner, 'consumerUnsupported', { producer });
      return;
    }
    const consumer = await this.#factory.create(producer, { transport, rtpCapabilities });
    if (consumer === undefined) return;
    emitOnPeer(this.#owner, 'newConsumer', { consumer });
    if (this.options?.earlyMedia === true) this.#sendEarly(consumer);
  }

  #sendEarly(consumer: Consumer): void {
    let count = this.#pending.size;
    for (const { accepted } of this.consumers.values()) if (!accepted) count += 1;
    consumer.sendEarly(SET_UP_MS + count * SET_UP_EACH_MS);
  }

  /** Returns whether either end closed, or the limit was reached, while the source waited for its turn. */
  #isTooLate(source: Producer | DataProducer, transport: Transport, allowance: Allowance): boolean {
    if (source.closed || transport.closed) return true;
    if (!this.#isFull(allowance)) return false;
    this.#offered.delete(source);
    return true;
  }

  #narrow(producer: Producer, matched: RtpCapabilities): RtpCapabilities | undefined {
    return this.#resources.router.narrowRtpCapabilities(producer.consumableRtpParameters, matched);
  }

  #handleFailure(error: unknown, source: Producer | DataProducer, ids: object): void {
    // Either end may have closed while the worker created the consumer.
    const isClosed = error instanceof MediaError && error.code === 'closed';
    if (!isClosed) this.#logger.warn({ err: error, ...ids }, 'cannot create the consumer');
    if (error instanceof MediaError && error.code === 'timeout') {
      // The source is offered again when the worker responds.
      this.#offered.delete(source);
      this.#hasSkipped = true;
    }
    this.#offerSkipped();
  }
}
