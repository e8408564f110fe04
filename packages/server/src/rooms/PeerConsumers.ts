import type { RtpCapabilities } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import { MediaError } from '../engine/MediaBackend.ts';
import type { MediaRouter } from '../engine/MediaBackend.ts';
import type { Clock } from '../shared/clock.ts';
import type { FairTurns } from '../shared/FairTurns.ts';
import { Consumer } from './Consumer.ts';
import { DataConsumer } from './DataConsumer.ts';
import type { DataProducer } from './DataProducer.ts';
import type { DataReceiver } from './DataReceivers.ts';
import { Allowance } from './limits.ts';
import type { Peer } from './Peer.ts';
import type { PeerHolds } from './PeerOptions.ts';
import type { Producer } from './Producer.ts';
import { RoomError } from './RoomError.ts';
import type { Transport } from './Transport.ts';

/** How a peer receives what the others send: its dialect says so, and the room acts on it. */
export interface ConsumingOptions {
  /** Where its consumers are made. */
  readonly transport: Transport;
  /** What it can decode, as `Peer.matchRtpCapabilities` has made it. Absent: it receives no media. */
  readonly rtpCapabilities: RtpCapabilities | undefined;
  /** Whether it takes data channels; the transport must have them too. */
  readonly data: boolean;
}

/** How a peer takes one producer's media. */
export interface PullOptions {
  readonly transport: Transport;
  readonly rtpCapabilities: RtpCapabilities;
  /** The media section that the client expects it in. */
  readonly mid: string;
  /** Payload type under which the client wants the codec, on a transport that renumbers. */
  readonly payloadType?: number | undefined;
}

/** What a {@link PeerConsumers} is made of. */
export interface PeerConsumersOptions {
  readonly owner: Peer;
  readonly router: MediaRouter;
  /** In which consumers are made, so that many of them hold up no other client. */
  readonly turns: FairTurns;
  /** And as many data consumers. */
  readonly maxConsumers: number;
  readonly logger: Logger;
  /** Something has closed, and there is more to be offered than there was room for. */
  readonly onRoomForMore: () => void;
  readonly clock: Clock;
  /** The worker dropped so many messages on their way to the owner. */
  readonly onMessagesLost: (count: number) => void;
}

/**
 * What one peer receives: at most one consumer per producer, offered once. When the transport they were made on is replaced,
 * everything may be offered again. What there is no room for is offered when there is.
 */
export class PeerConsumers implements DataReceiver {
  readonly consumers = new Map<string, Consumer>();
  readonly dataConsumers = new Map<string, DataConsumer>();
  readonly #owner: Peer;
  readonly #router: MediaRouter;
  readonly #turns: FairTurns;
  readonly #logger: Logger;
  #options: ConsumingOptions | null = null;
  #offered = new WeakSet<Producer | DataProducer>();
  /** What it cannot decode, or has given up. */
  #declined = new WeakSet<Producer | DataProducer>();
  readonly #onRoomForMore: () => void;
  readonly #clock: Clock;
  readonly #onMessagesLost: (count: number) => void;
  readonly #allowance: Allowance;
  readonly #dataAllowance: Allowance;
  #hasTurnedAway = false;
  readonly #making = new Map<Producer | DataProducer, Promise<void>>();
  isBehind = false;

  constructor(options: PeerConsumersOptions) {
    const { owner, router, turns, maxConsumers, logger, onRoomForMore } = options;
    this.#clock = options.clock;
    this.#onMessagesLost = options.onMessagesLost;
    this.#owner = owner;
    this.#router = router;
    this.#turns = turns;
    this.#logger = logger;
    this.#onRoomForMore = onRoomForMore;
    this.#allowance = new Allowance(maxConsumers, () => new RoomError('tooManyConsumers'));
    this.#dataAllowance = new Allowance(maxConsumers, () => new RoomError('tooManyConsumers'));
  }

  get options(): ConsumingOptions | null {
    return this.#options === null || this.#options.transport.closed ? null : this.#options;
  }

  set options(options: ConsumingOptions) {
    if (options.transport !== this.#options?.transport) {
      this.#offered = new WeakSet();
      this.#declined = new WeakSet();
    }
    this.#options = options;
  }

  /**
   * Makes a consumer, unless there was one, the peer does not receive yet, is away, or cannot decode it. Never throws.
   */
  offer(producer: Producer): void {
    const { options } = this;
    if (options?.rtpCapabilities === undefined || !this.#isNew(producer)) return;
    if (this.#turnsAway(this.#allowance)) return;
    const { rtpCapabilities } = options;
    this.#make(producer, () => this.#consume(producer, options, rtpCapabilities), { producerId: producer.id });
  }

  /** Resolves when every consumer that is being made is there and told of, or has failed. */
  async whenMade(): Promise<void> {
    await Promise.all(this.#making.values());
  }

  /** Closes what its client does not know of. */
  keepOnly({ consumers, dataConsumers }: PeerHolds): void {
    for (const consumer of [...this.consumers.values()])
      if (!consumers.has(consumer.id)) consumer.close('server', 'unknown');
    for (const dataConsumer of [...this.dataConsumers.values()])
      // One that its client had and has no longer was closed while it was away: it is not offered again.
      if (!dataConsumers.has(dataConsumer.id))
        dataConsumer.close(dataConsumer.accepted ? 'owner' : 'server', 'unknown');
  }

  /** All for which there is no consumer may be offered again, but for what cannot be decoded or is not wanted. */
  forgetOffers(): void {
    const known = [
      ...this.#making.keys(),
      ...[...this.consumers.values()].map(({ producer }) => producer),
      ...[...this.dataConsumers.values()].map(({ dataProducer }) => dataProducer),
    ];
    this.#offered = new WeakSet(known);
  }

  /** As {@link offer}, for a data channel. */
  offerData(dataProducer: DataProducer): void {
    const { options } = this;
    if (options?.data !== true || options.transport.sctpParameters === undefined) return;
    if (!this.#isNew(dataProducer) || this.#turnsAway(this.#dataAllowance)) return;
    const { receivers } = dataProducer;
    receivers.expect(this);
    const consume = async () => {
      let dataConsumer: DataConsumer | undefined;
      try {
        dataConsumer = await this.#makeDataConsumer(dataProducer, options);
      } finally {
        if (dataConsumer === undefined) receivers.handleGone(this);
      }
      if (dataConsumer !== undefined) this.#owner.emit('newDataConsumer', { dataConsumer });
    };
    this.#make(dataProducer, consume, { dataProducerId: dataProducer.id });
  }

  /** Whether it is to be offered now: once, and not to a client that nothing can be told. */
  #isNew(producer: Producer | DataProducer): boolean {
    return !this.#owner.reconnecting && !this.#offered.has(producer) && !this.#declined.has(producer);
  }

  #turnsAway({ isSpent }: Allowance): boolean {
    if (isSpent && !this.#hasTurnedAway) this.#logger.warn('too many consumers, what else there is waits for room');
    this.#hasTurnedAway ||= isSpent;
    return isSpent;
  }

  #giveBack(allowance: Allowance): void {
    allowance.giveBack();
    this.#callBackIn();
  }

  #callBackIn(): void {
    if (!this.#hasTurnedAway) return;
    this.#hasTurnedAway = false;
    this.#onRoomForMore();
  }

  #make(producer: Producer | DataProducer, consume: () => Promise<void>, ids: object): void {
    this.#offered.add(producer);
    const making = this.#turns
      .run(this.#owner, consume)
      .catch((error: unknown) => {
        this.#handleFailure(error, ids);
        if (isTimeout(error)) this.#offerAgain(producer);
        this.#callBackIn();
      })
      .finally(() => {
        if (this.#making.get(producer) === making) this.#making.delete(producer);
      });
    this.#making.set(producer, making);
  }

  /** The worker did not respond: the consumer is still wanted once the worker responds again. */
  #offerAgain(producer: Producer | DataProducer): void {
    this.#offered.delete(producer);
    this.#hasTurnedAway = true;
  }

  /** Whether something closed, or the room for it was used, before its turn came. */
  #isTooLate(producer: Producer | DataProducer, transport: Transport, allowance: Allowance): boolean {
    if (producer.closed || transport.closed) return true;
    if (!this.#turnsAway(allowance)) return false;
    this.#offered.delete(producer);
    return true;
  }

  async #consume(producer: Producer, { transport }: ConsumingOptions, rtpCapabilities: RtpCapabilities): Promise<void> {
    const owner = this.#owner;
    if (this.#isTooLate(producer, transport, this.#allowance)) return;
    const narrowed = this.#router.narrowRtpCapabilities(producer.consumableRtpParameters, rtpCapabilities);
    if (narrowed === undefined) {
      this.#declined.add(producer);
      owner.emit('consumerUnsupported', { producer });
      return;
    }
    const consumer = await this.#makeConsumer(producer, { transport, rtpCapabilities: narrowed });
    if (consumer !== undefined) owner.emit('newConsumer', { consumer });
  }

  /** A consumer of that producer alone. See `Peer.pull`. */
  async pull(producer: Producer, options: PullOptions): Promise<Consumer> {
    const matched = this.#router.matchRtpCapabilities(options.rtpCapabilities);
    const rtpCapabilities = this.#router.narrowRtpCapabilities(producer.consumableRtpParameters, matched);
    if (rtpCapabilities === undefined)
      throw new MediaError('invalidParameters', `no codec in common with producer ${producer.id}`);
    const consumer = await this.#makeConsumer(producer, { ...options, rtpCapabilities });
    if (consumer === undefined) throw new RoomError('closed');
    return consumer;
  }

  /** Undefined where either end closed while the worker was asked. */
  async #makeConsumer(
    producer: Producer,
    { transport, rtpCapabilities, mid, payloadType }: Omit<PullOptions, 'mid'> & { readonly mid?: string },
  ): Promise<Consumer | undefined> {
    const owner = this.#owner;
    const media = await this.#allowance.spend(() =>
      transport.media.consume({ producerId: producer.id, rtpCapabilities, paused: true, mid, payloadType }),
    );
    if (producer.closed || transport.closed) {
      media.close();
      this.#giveBack(this.#allowance);
      return undefined;
    }
    const consumer = new Consumer({
      media,
      producer,
      owner,
      transport,
      onClosed: (_consumer, isUnwanted) => {
        if (isUnwanted) this.#declined.add(producer);
        this.consumers.delete(consumer.id);
        producer.removeConsumer(consumer);
        transport.removeChild(consumer);
        this.#giveBack(this.#allowance);
      },
    });
    this.consumers.set(consumer.id, consumer);
    producer.addConsumer(consumer);
    transport.addChild(consumer);
    this.#logger.debug({ consumerId: consumer.id, producerId: producer.id, kind: consumer.kind }, 'consumer made');
    return consumer;
  }

  /** As {@link #makeConsumer}, for a data channel. */
  async #makeDataConsumer(
    dataProducer: DataProducer,
    { transport }: ConsumingOptions,
  ): Promise<DataConsumer | undefined> {
    const owner = this.#owner;
    if (this.#isTooLate(dataProducer, transport, this.#dataAllowance)) return undefined;
    const media = await this.#dataAllowance.spend(() =>
      transport.media.consumeData({ dataProducerId: dataProducer.id, paused: true }),
    );
    if (dataProducer.closed || transport.closed) {
      media.close();
      this.#giveBack(this.#dataAllowance);
      return undefined;
    }
    const dataConsumer = new DataConsumer({
      media,
      dataProducer,
      owner,
      transport,
      clock: this.#clock,
      receiver: this,
      onLost: this.#onMessagesLost,
      onClosed: (_dataConsumer, isUnwanted) => {
        if (isUnwanted) this.#declined.add(dataProducer);
        this.dataConsumers.delete(dataConsumer.id);
        dataProducer.removeConsumer(dataConsumer);
        transport.removeChild(dataConsumer);
        this.#giveBack(this.#dataAllowance);
      },
    });
    this.dataConsumers.set(dataConsumer.id, dataConsumer);
    dataProducer.addConsumer(dataConsumer);
    transport.addChild(dataConsumer);
    return dataConsumer;
  }

  #handleFailure(error: unknown, ids: object): void {
    // One end closed while the worker was asked.
    if (error instanceof MediaError && error.code === 'closed') return;
    this.#logger.warn({ err: error, ...ids }, 'consumer could not be made');
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof MediaError && error.code === 'timeout';
}
