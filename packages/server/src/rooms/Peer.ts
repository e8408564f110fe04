import type { RtpCapabilities } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import type { MediaRouter } from '../engine/MediaBackend.ts';
import type { FairTurns } from '../shared/FairTurns.ts';
import type { Clock } from '../shared/clock.ts';
import { TypedEmitter, emitOn } from '../shared/TypedEmitter.ts';
import { PeerConsumers } from './PeerConsumers.ts';
import type { ConsumingOptions, PullOptions } from './PeerConsumers.ts';
import type { Consumer } from './Consumer.ts';
import type { DataConsumer } from './DataConsumer.ts';
import type { DataProducer } from './DataProducer.ts';
import type { RoomLimits } from './limits.ts';
import type { PeerClosing, PeerEvents } from './PeerEvents.ts';
import { allPermissions, refusalOf } from './permissions.ts';
import type { Permission, Permissions } from './permissions.ts';
import { PeerMedia } from './PeerMedia.ts';
import type {
  CreateTransportOptions,
  Device,
  JoinOptions,
  PeerHolds,
  PeerOptions,
  ProduceDataOptions,
  ProduceOptions,
} from './PeerOptions.ts';
import type { Producer, ProducerActor } from './Producer.ts';
import { RoomError } from './RoomError.ts';
import type { Transport } from './Transport.ts';

/** What a peer needs of its room. */
export interface PeerHost {
  readonly id: string;
  readonly router: MediaRouter;
  readonly limits: RoomLimits;
  /** In which consumers are made, of all peers of the server. */
  readonly turns: FairTurns;
  readonly clock: Clock;
  /** Throws `RoomError`; otherwise answers with those who are there, hidden ones left out. */
  handleJoin(peer: Peer, options: JoinOptions): readonly Peer[];
  handleConsuming(peer: Peer): void;
  handleProducer(producer: Producer): void;
  handleProducerClosed(producer: Producer, reason: string): void;
  handleProducerPaused(producer: Producer, by: ProducerActor): void;
  handleReachability(peer: Peer): void;
  /** Who joined beside that one, hidden ones left out. */
  othersOf(peer: Peer): readonly Peer[];
  /** See {@link Peer.whenOffersMade}. */
  whenOffersMade(): Promise<void>;
  handleDataProducer(dataProducer: DataProducer): void;
  /** The worker dropped so many messages of data channels. */
  handleMessagesLost(count: number): void;
  handleDisplayName(peer: Peer, oldDisplayName: string): void;
  handleText(peer: Peer, text: string): void;
  /** All that the peer had is closed. */
  handleClosed(peer: Peer, closing: PeerClosing): void;
}

/**
 * One client in one room, in no dialect's words: what it has, and (as {@link PeerEvents}) what it is told. It exists from
 * the connection on; the others know of it from `join` to `close`.
 */
export class Peer extends TypedEmitter<PeerEvents> {
  readonly id: string;
  readonly dialect: string;
  readonly remoteAddress: string | undefined;
  readonly logger: Logger;
  readonly #host: PeerHost;
  readonly #media: PeerMedia;
  readonly #consumption: PeerConsumers;
  #state: 'entering' | 'joined' | 'closed' = 'entering';
  #isHidden = false;
  #permissions: Permissions;
  #isReconnecting = false;
  #displayName: string;
  #device: Device | undefined;
  #appData: unknown;

  constructor({ id, dialect, remoteAddress, permissions, ...options }: PeerOptions, host: PeerHost, logger: Logger) {
    super({
      onListenerError: (error, event) => {
        logger.error({ err: error, event }, 'listener failed');
      },
    });
    this.id = id;
    this.dialect = dialect;
    this.remoteAddress = remoteAddress;
    this.logger = logger;
    this.#host = host;
    this.#displayName = id;
    this.#permissions = permissions ?? allPermissions;
    this.#consumption = new PeerConsumers({
      owner: this,
      router: host.router,
      turns: host.turns,
      maxConsumers: host.limits.maxConsumersPerPeer,
      logger,
      clock: host.clock,
      onRoomForMore: () => {
        host.handleConsuming(this);
      },
      onMessagesLost: (count) => {
        host.handleMessagesLost(count);
      },
    });
    this.#media = new PeerMedia({ ...options, owner: this, host });
  }

  /** `entering` until it joins. */
  get state(): 'entering' | 'joined' | 'closed' {
    return this.#state;
  }

  get displayName(): string {
    return this.#displayName;
  }

  /** Undefined where its dialect has no word for it. */
  get device(): Device | undefined {
    return this.#device;
  }

  /** The app's; any JSON. */
  get appData(): unknown {
    return this.#appData;
  }

  /** Watches and listens only. */
  get hidden(): boolean {
    return this.#isHidden;
  }

  /** What its authorization permits. */
  get permissions(): Permissions {
    return this.#permissions;
  }

  /** Nothing is heard of it, and it may come back. */
  get reconnecting(): boolean {
    return this.#isReconnecting;
  }

  get transports(): ReadonlyMap<string, Transport> {
    return this.#media.transports;
  }

  get producers(): ReadonlyMap<string, Producer> {
    return this.#media.producers;
  }

  get dataProducers(): ReadonlyMap<string, DataProducer> {
    return this.#media.dataProducers;
  }

  get consumers(): ReadonlyMap<string, Consumer> {
    return this.#consumption.consumers;
  }

  get dataConsumers(): ReadonlyMap<string, DataConsumer> {
    return this.#consumption.dataConsumers;
  }

  /** Who else joined, hidden ones left out. */
  get others(): readonly Peer[] {
    return this.#host.othersOf(this);
  }

  /** What the room can carry. */
  get routerRtpCapabilities(): RtpCapabilities {
    return this.#host.router.rtpCapabilities;
  }

  /** How it receives; null: it does not yet. */
  get consuming(): ConsumingOptions | null {
    return this.#consumption.options;
  }

  /** For the room and this peer's own entities. A peer that is closed is told nothing more. */
  emit<K extends keyof PeerEvents>(event: K, payload: PeerEvents[K]): void {
    if (this.#state !== 'closed') emitOn(this, event, payload);
  }

  /**
   * Makes it known to the others. Answers with those who are there, hidden ones left out; then come `newConsumer`s for
   * what they send, if it receives.
   *
   * @throws RoomError `alreadyJoined`, `duplicatedPeer`, `notPermitted`, `closed`.
   */
  join(options: JoinOptions): readonly Peer[] {
    this.#assertOpen();
    if (this.#state === 'joined') throw new RoomError('alreadyJoined');
    if (options.hidden === true) this.assertPermitted('hide');
    const before = { displayName: this.#displayName, device: this.#device, appData: this.#appData };
    this.#displayName = options.displayName ?? this.id;
    this.#device = options.device;
    this.#appData = options.appData;
    this.#isHidden = options.hidden ?? false;
    this.#state = 'joined';
    try {
      return this.#host.handleJoin(this, options);
    } catch (error) {
      this.#state = 'entering';
      this.#isHidden = false;
      this.#displayName = before.displayName;
      this.#device = before.device;
      this.#appData = before.appData;
      throw error;
    }
  }

  /**
   * Of what the client can receive, the part that the room can send, which is small however much the client declares.
   *
   * @throws MediaError `invalidParameters` for capabilities that no client can have.
   */
  matchRtpCapabilities(rtpCapabilities: RtpCapabilities): RtpCapabilities {
    return this.#host.router.matchRtpCapabilities(rtpCapabilities);
  }

  /**
   * From now on it receives what the others send, as far as it has joined. With `offerExisting: false` only what they begin
   * to send later.
   */
  consume(options: ConsumingOptions, { offerExisting = true } = {}): void {
    this.#assertOpen();
    this.#consumption.options = options;
    if (offerExisting) this.#host.handleConsuming(this);
  }

  /** For the room: makes a consumer of it where this peer receives and can decode it, once. */
  offer(producer: Producer): void {
    this.#consumption.offer(producer);
  }

  /** Resolves when every consumer that is being made for it is there and told of. */
  whenConsumersMade(): Promise<void> {
    return this.#consumption.whenMade();
  }

  /** As {@link whenConsumersMade}, for everyone in the room: those who receive a new producer have heard of it. */
  whenOffersMade(): Promise<void> {
    return this.#host.whenOffersMade();
  }

  /** As {@link offer}, for a data channel. */
  offerData(dataProducer: DataProducer): void {
    this.#consumption.offerData(dataProducer);
  }

  /** @throws RoomError `tooManyTransports`, `closed`; MediaError. */
  async createTransport(options: CreateTransportOptions): Promise<Transport> {
    this.#assertOpen();
    return this.#media.createTransport(options);
  }

  /** Sends to the room. @throws RoomError `notJoined`, `hiddenPeer`, `notPermitted`, `tooManyProducers`, `closed`; MediaError. */
  async produce(transport: Transport, options: ProduceOptions): Promise<Producer> {
    this.assertMay('publish');
    return this.#media.produce(transport, options);
  }

  /** As {@link produce}, several at once: all of them or none, and the others hear of them in one go. */
  async produceTogether(transport: Transport, options: readonly ProduceOptions[]): Promise<readonly Producer[]> {
    this.assertMay('publish');
    return this.#media.produceTogether(transport, options);
  }

  /** Tells whether an endpoint with these capabilities can decode a producer of the room. Never throws for checked ones. */
  canPull(producer: Producer, rtpCapabilities: RtpCapabilities): boolean {
    if (producer.closed) return false;
    const { router } = this.#host;
    const matched = router.matchRtpCapabilities(rtpCapabilities);
    return router.narrowRtpCapabilities(producer.consumableRtpParameters, matched) !== undefined;
  }

  /**
   * Takes one producer's media on a transport of its own choice, beside what {@link consume} does by itself. There is no
   * `newConsumer` for it.
   *
   * @throws RoomError `notJoined`, `closed` (the producer's or transport's end included); MediaError `invalidParameters`
   * where these capabilities cannot decode it.
   */
  async pull(producer: Producer, options: PullOptions): Promise<Consumer> {
    this.#assertJoined();
    return this.#consumption.pull(producer, options);
  }

  /**
   * Replaces what its authorization permits: those of a connection that resumes the peer. Closes what the peer sends and may
   * send no longer; a hidden peer that may hide no longer is closed (reason `notPermitted`).
   */
  setPermissions(permissions: Permissions): void {
    this.#permissions = permissions;
    if (this.#isHidden && !permissions.hide) this.close({ reason: 'notPermitted' });
    if (!permissions.publish)
      for (const producer of [...this.producers.values()]) producer.close('server', 'notPermitted');
    if (!permissions.publishData) for (const dataProducer of [...this.dataProducers.values()]) dataProducer.close();
  }

  /** Its connection went away, and is waited for. The others are told on the edge. */
  setReconnecting(isReconnecting: boolean): void {
    this.#assertJoined();
    if (this.#isReconnecting === isReconnecting) return;
    this.#isReconnecting = isReconnecting;
    this.#host.handleReachability(this);
  }

  /** Its client is back, and this is what it has: the rest, of which it never heard, is closed. */
  keepOnly(holds: PeerHolds): void {
    this.#media.keepOnly(holds);
    this.#consumption.keepOnly(holds);
  }

  /** Offers again what others send and what it has no consumer for, but for what it gave up itself or cannot decode. */
  offerMissing(): void {
    this.#consumption.forgetOffers();
    this.#host.handleConsuming(this);
  }

  /** As {@link produce}, for a data channel. */
  async produceData(transport: Transport, options: ProduceDataOptions): Promise<DataProducer> {
    this.assertMay('publishData');
    return this.#media.produceData(transport, options);
  }

  setDisplayName(displayName: string): void {
    this.#assertJoined();
    const oldDisplayName = this.#displayName;
    if (displayName === oldDisplayName) return;
    this.#displayName = displayName;
    this.#host.handleDisplayName(this, oldDisplayName);
  }

  /** Sends text to everyone else in the room. @throws RoomError `notJoined`, `hiddenPeer`, `notPermitted`, `closed`. */
  sendText(text: string): void {
    this.assertMay('text');
    this.#host.handleText(this, text);
  }

  /** Ends its time in the room: closes all that it has, then tells the others, then emits `closed`. Idempotent. */
  close(closing: PeerClosing): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#media.close(false);
    this.#host.handleClosed(this, closing);
    this.#sayClosed(closing);
  }

  /** Its room ends, step one: nobody in it is told of anything any more. */
  roomClosing(): void {
    this.#state = 'closed';
  }

  /** Its room ends, step two: the media is gone already. */
  roomClosed(closing: PeerClosing): void {
    this.#media.close(true);
    this.#sayClosed(closing);
  }

  /** @throws RoomError `notPermitted` where its authorization does not permit that. */
  assertPermitted(permission: Permission): void {
    if (!this.#permissions[permission]) throw refusalOf(permission, 'notPermitted');
  }

  /** Whether it may do now what reaches the others. @throws RoomError `notJoined`, `hiddenPeer`, `notPermitted`, `closed`. */
  assertMay(permission: Exclude<Permission, 'hide'>): void {
    this.#assertJoined();
    if (this.#isHidden) throw refusalOf(permission, 'hiddenPeer');
    this.assertPermitted(permission);
  }

  #sayClosed(closing: PeerClosing): void {
    emitOn(this, 'closed', closing);
    this.removeAllListeners();
  }

  #assertOpen(): void {
    if (this.#state === 'closed') throw new RoomError('closed');
  }

  #assertJoined(): void {
    this.#assertOpen();
    if (this.#state !== 'joined') throw new RoomError('notJoined');
  }
}
