import type { RtpCapabilities } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import type { MediaRouter } from '../engine/MediaBackend.ts';
import type { FairTurns } from '../shared/FairTurns.ts';
import type { Clock } from '../shared/clock.ts';
import { Bot } from './Bot.ts';
import type { DataProducer } from './DataProducer.ts';
import type { RoomLimits } from './limits.ts';
import { Peer } from './Peer.ts';
import type { PeerHost } from './Peer.ts';
import type { PeerClosing, PeerEvents } from './PeerEvents.ts';
import type { JoinOptions, PeerOptions } from './PeerOptions.ts';
import type { Producer, ProducerActor } from './Producer.ts';
import { RoomError } from './RoomError.ts';
import { snapshotOfPeer } from './snapshot.ts';
import type { RoomSnapshot } from './snapshot.ts';
import { SpeakerObserver, speechOptions } from './SpeakerObserver.ts';

/** What a {@link Room} is made of. */
export interface RoomOptions {
  readonly id: string;
  readonly router: MediaRouter;
  readonly limits: RoomLimits;
  /** In which consumers are made. */
  readonly turns: FairTurns;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time for the bot of the room; undefined: there is no bot. */
  readonly botClock?: Clock | undefined;
  readonly onClosed: (room: Room) => void;
  /** A peer has lost its connection and is waited for, or has come back. */
  readonly onReachability: (peer: Peer) => void;
  /** The worker dropped so many messages of data channels. */
  readonly onMessagesLost: (count: number) => void;
}

/**
 * A place where peers meet, in no dialect's words.
 *
 * Who closes whom (→ tells, in this order; everything is idempotent):
 *
 * | what ends          | closes                                                   | and is told to                                    |
 * | ------------------ | -------------------------------------------------------- | ------------------------------------------------- |
 * | room               | its peers, then the router with all that is on it        | each peer: `closed`; nobody is told of the others |
 * | router (worker)    | the room                                                 | as above, reason `workerDied`                     |
 * | peer               | its transports; the room, if it was the last to be seen  | the others: `peerClosed`; itself: `closed`        |
 * | transport          | all that was made on it                                  | its peer: `transportClosed`, unless it did it     |
 * | producer           | its consumers, at whichever peer                         | the others: `remoteProducerClosed`;               |
 * |                    |                                                          | its peer: `producerClosed`, unless it did it      |
 * | data producer      | its data consumers                                       | nobody                                            |
 * | consumer           | nothing                                                  | its peer: `consumerClosed`, unless it did it      |
 * | data consumer      | nothing                                                  | its peer: `dataConsumerClosed`                    |
 *
 * A consumer that ends with its producer is told with the reason (`producerClosed`, `transportClosed`, `peerClosed`); one
 * that ends with its own transport is not told at all. Children end before their parent is told of.
 */
export class Room implements PeerHost {
  readonly id: string;
  readonly router: MediaRouter;
  readonly limits: RoomLimits;
  readonly turns: FairTurns;
  readonly clock: Clock;
  readonly #logger: Logger;
  readonly #onClosed: (room: Room) => void;
  readonly #onReachability: (peer: Peer) => void;
  readonly #onMessagesLost: (count: number) => void;
  readonly #entering = new Set<Peer>();
  readonly #peers = new Map<string, Peer>();
  readonly #producers = new Map<string, Producer>();
  readonly #botClock: Clock | undefined;
  #speech: SpeakerObserver | undefined;
  #bot: Bot | undefined;
  #closed = false;

  constructor(options: RoomOptions) {
    const { id, router, limits, turns, clock, logger, botClock, onClosed, onReachability } = options;
    this.#onMessagesLost = options.onMessagesLost;
    this.id = id;
    this.router = router;
    this.limits = limits;
    this.turns = turns;
    this.clock = clock;
    this.#logger = logger;
    this.#botClock = botClock;
    this.#onClosed = onClosed;
    this.#onReachability = onReachability;
    router.on('closed', ({ reason }) => {
      this.close({ reason });
    });
  }

  /** Must come before anyone enters. */
  async listen(): Promise<void> {
    this.#speech = new SpeakerObserver({
      observer: await this.router.createSpeechObserver(speechOptions),
      logger: this.#logger,
      peerOf: (producerId) => this.#producers.get(producerId)?.peer,
      onActiveSpeaker: (peer) => {
        this.#tell('activeSpeaker', { peer });
      },
      onVolumes: (volumes) => {
        this.#tell('speakingPeers', { volumes });
      },
    });
    if (this.#botClock === undefined) return;
    this.#bot = await Bot.create({ router: this.router, clock: this.#botClock, logger: this.#logger });
  }

  get rtpCapabilities(): RtpCapabilities {
    return this.router.rtpCapabilities;
  }

  /** Those who joined, hidden ones included. */
  get peers(): ReadonlyMap<string, Peer> {
    return this.#peers;
  }

  /** How many of those who joined are hidden: they watch and listen, and no other peer knows. */
  get hiddenPeers(): number {
    let count = 0;
    for (const { hidden } of this.#peers.values()) if (hidden) count += 1;
    return count;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A client connected. It has a place in the room, and nobody knows yet. @throws RoomError `roomFull`, `closed`. */
  enter(options: PeerOptions): Peer {
    if (this.#closed) throw new RoomError('closed');
    // One that comes back before it is known to be gone takes its own place.
    const others = [...this.#entering, ...this.#peers.values()].filter(({ id }) => id !== options.id);
    if (others.length >= this.limits.maxPeersPerRoom) throw new RoomError('roomFull');
    const peer = new Peer(options, this, this.#logger.child({ peerId: options.id }));
    this.#entering.add(peer);
    return peer;
  }

  /** A plain object of it. */
  snapshot(): RoomSnapshot {
    const { id, hiddenPeers } = this;
    return { id, peers: [...this.#peers.values()].map(snapshotOfPeer), hiddenPeers };
  }

  /** Ends it for everyone. Idempotent. */
  close(closing: PeerClosing): void {
    if (this.#closed) return;
    this.#closed = true;
    const peers = [...this.#entering, ...this.#peers.values()];
    for (const peer of peers) peer.roomClosing();
    this.router.close();
    this.#entering.clear();
    this.#peers.clear();
    for (const peer of peers) peer.roomClosed(closing);
    this.#producers.clear();
    this.#logger.info({ reason: closing.reason }, 'room closed');
    this.#onClosed(this);
  }

  /** @internal */
  handleJoin(peer: Peer, { onDuplicate = 'refuse' }: JoinOptions): readonly Peer[] {
    const namesake = this.#peers.get(peer.id);
    if (namesake !== undefined) {
      const mayReplace = onDuplicate === 'replace' && namesake.dialect === peer.dialect;
      // One without a connection leaves its place to whoever comes.
      if (!mayReplace && !namesake.reconnecting) throw new RoomError('duplicatedPeer');
      namesake.close({ reason: 'replaced' });
    }
    this.#entering.delete(peer);
    this.#peers.set(peer.id, peer);
    peer.logger.info({ dialect: peer.dialect, hidden: peer.hidden }, 'peer joined');
    if (!peer.hidden) this.#tell('newPeer', { peer }, peer);
    this.#offerExisting(peer);
    return this.othersOf(peer);
  }

  /** @internal */
  othersOf(peer: Peer): readonly Peer[] {
    return this.#others(peer).filter(({ hidden }) => !hidden);
  }

  /** @internal */
  async whenOffersMade(): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.whenConsumersMade()));
  }

  /** @internal */
  handleConsuming(peer: Peer): void {
    if (peer.state === 'joined') this.#offerExisting(peer);
  }

  /** @internal */
  handleProducer(producer: Producer): void {
    this.#producers.set(producer.id, producer);
    const { id, kind, type } = producer;
    producer.peer.logger.debug({ producerId: id, kind, type }, 'producer made');
    this.#speech?.watch(producer);
    const event = { producer };
    for (const other of this.#others(producer.peer)) {
      other.emit('newProducer', event);
      other.offer(producer);
    }
  }

  /** @internal */
  handleProducerClosed(producer: Producer, reason: string): void {
    this.#producers.delete(producer.id);
    this.#tell('remoteProducerClosed', { producer, reason }, producer.peer);
  }

  /** @internal */
  handleProducerPaused(producer: Producer, by: ProducerActor): void {
    const event = producer.paused ? 'remoteProducerPaused' : 'remoteProducerResumed';
    this.#tell(event, { producer, by: by === 'owner' ? 'remote' : 'server' }, producer.peer);
  }

  /** @internal */
  handleReachability(peer: Peer): void {
    this.#onReachability(peer);
    if (!peer.reconnecting) peer.logger.info('peer resumed');
    if (!peer.hidden) this.#tell(peer.reconnecting ? 'peerReconnecting' : 'peerReconnected', { peer }, peer);
  }

  /** @internal */
  handleDataProducer(dataProducer: DataProducer): void {
    const { peer } = dataProducer;
    if (this.#bot?.isAddressedBy(dataProducer)) this.#bot.listenTo(dataProducer);
    else if (peer !== null) for (const other of this.#others(peer)) other.offerData(dataProducer);
  }

  /** @internal */
  handleMessagesLost(count: number): void {
    this.#onMessagesLost(count);
  }

  /** @internal */
  handleDisplayName(peer: Peer, oldDisplayName: string): void {
    if (!peer.hidden) this.#tell('peerDisplayNameChanged', { peer, oldDisplayName }, peer);
  }

  /** @internal */
  handleText(peer: Peer, text: string): void {
    this.#tell('textMessage', { peer, text }, peer);
  }

  /** @internal */
  handleClosed(peer: Peer, closing: PeerClosing): void {
    const hadJoined = this.#peers.get(peer.id) === peer;
    this.#entering.delete(peer);
    if (hadJoined) this.#peers.delete(peer.id);
    // The peer of a connection that continues as an earlier one: the log says of that one that it resumed.
    if (closing.reason !== 'resumed')
      peer.logger.info({ reason: closing.reason }, hadJoined ? 'peer closed' : 'peer closed before it joined');
    if (hadJoined && !peer.hidden) this.#tell('peerClosed', { peer, ...closing });
    // Who takes the place of another is counted already.
    if (!this.#isKeptOpen()) this.close({ reason: 'empty' });
  }

  #isKeptOpen(): boolean {
    if (this.#entering.size > 0) return true;
    for (const peer of this.#peers.values()) if (!peer.hidden) return true;
    return false;
  }

  #others(peer: Peer): Peer[] {
    return [...this.#peers.values()].filter((other) => other !== peer);
  }

  #offerExisting(peer: Peer): void {
    for (const other of this.#others(peer)) {
      for (const producer of other.producers.values()) peer.offer(producer);
      for (const dataProducer of other.dataProducers.values())
        if (!this.#bot?.isAddressedBy(dataProducer)) peer.offerData(dataProducer);
    }
    if (this.#bot !== undefined) peer.offerData(this.#bot.dataProducer);
  }

  /** Everyone who joined, but one. The payload is one object for all, by which dialects know what they have written already. */
  #tell<K extends keyof PeerEvents>(event: K, payload: PeerEvents[K], except?: Peer): void {
    for (const peer of this.#peers.values()) if (peer !== except) peer.emit(event, payload);
  }
}
