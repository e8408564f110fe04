import type { RtpCapabilities } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import type { MediaRouter } from '../engine/port/MediaRouter.ts';
import { Bot } from './Bot.ts';
import type { DataProducer } from './DataProducer.ts';
import { Peer } from './Peer.ts';
import type { PeerClosing, PeerEvents } from './PeerEvents.ts';
import type { JoinOptions, PeerOptions } from './PeerOptions.ts';
import type { Producer } from './Producer.ts';
import type { PeerChanges, RoomAccess, RoomResources, RoomView } from './RoomAccess.ts';
import { RoomError } from './RoomError.ts';
import { snapshotOfPeer } from './snapshot.ts';
import type { RoomSnapshot } from './snapshot.ts';
import { SpeakerObserver, speechOptions } from './SpeakerObserver.ts';
import { emitOnPeer } from './emitOnPeer.ts';

/** Parts of a {@link Room}. */
export interface RoomOptions extends RoomResources {
  readonly id: string;
  readonly logger: Logger;
  /** Clock for the bot of the room. Default: no bot. */
  readonly botClock?: Clock | undefined;
  readonly onClosed: (room: Room) => void;
  /** Called where a peer is disconnected and may resume, or has resumed. */
  readonly onReachability: (peer: Peer) => void;
  /** Called where the worker dropped data channel messages. */
  readonly onMessagesLost: (count: number) => void;
}

/**
 * Room of peers, independent of their dialects.
 *
 * Which entity closes which, and which notifications are sent. Every close is idempotent.
 *
 * | closed          | closes                                                      | notifications
 * |
 * | --------------- | ----------------------------------------------------------- |
 * ------------------------------------------------ |
 * | room            | its peers, then the router with all media                   | each peer: `closed`, and nothing about
 * others    |
 * | router (worker) | the room                                                    | as above, reason `workerDied`
 * |
 * | peer            | its transports; the room, if it was the last visible peer   | the others: `peerClosed`; itself:
 * `closed`       |
 * | transport       | all entities on it                                          | its peer: `transportClosed`, unless the
 * peer did |
 * | producer        | its consumers, of all peers                                 | the others: `remoteProducerClosed`;
 * |
 * |                 |                                                             | its peer: `producerClosed`, unless the
 * peer did  |
 * | data producer   | its data consumers                                          | none
 * |
 * | consumer        | nothing                                                     | its peer: `consumerClosed`, unless the
 * peer did  |
 * | data consumer   | nothing                                                     | its peer: `dataConsumerClosed`
 * |
 *
 * A consumer that closes with its producer has the reason (`producerClosed`, `transportClosed`, `peerClosed`). A consumer
 * that closes with its own transport is not announced. Children close before their parent is announced.
 */
export class Room implements RoomView {
  readonly id: string;
  readonly #options: RoomOptions;
  readonly #logger: Logger;
  readonly #entering = new Set<Peer>();
  readonly #peers = new Map<string, Peer>();
  readonly #producers = new Map<string, Producer>();
  #speakers: SpeakerObserver | undefined;
  #bot: Bot | undefined;
  #closed = false;

  constructor(options: RoomOptions) {
    this.id = options.id;
    this.#options = options;
    this.#logger = options.logger;
    options.router.on('closed', ({ reason }) => {
      this.close({ reason });
    });
  }

  /** Starts the speaker observer, and the bot. Must resolve before the first peer enters. */
  async listen(): Promise<void> {
    const { router } = this;
    const { botClock } = this.#options;
    this.#speakers = new SpeakerObserver({
      observer: await router.createSpeechObserver(speechOptions),
      logger: this.#logger,
      peerOf: (producerId) => this.#producers.get(producerId)?.peer,
      onActiveSpeaker: (peer) => {
        this.#notify('activeSpeaker', { peer });
      },
      onVolumes: (volumes) => {
        this.#notify('speakingPeers', { volumes });
      },
    });
    if (botClock === undefined) return;
    this.#bot = await Bot.create({ router, clock: botClock, logger: this.#logger });
  }

  get router(): MediaRouter {
    return this.#options.router;
  }

  get rtpCapabilities(): RtpCapabilities {
    return this.router.rtpCapabilities;
  }

  /** Peers that joined, including hidden peers. */
  get peers(): ReadonlyMap<string, Peer> {
    return this.#peers;
  }

  /** Number of joined hidden peers: they watch and listen, and no other peer knows of them. */
  get hiddenPeers(): number {
    let count = 0;
    for (const { hidden } of this.#peers.values()) if (hidden) count += 1;
    return count;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Creates the peer of a client that connected. The other peers are notified when it joins. @throws RoomError `roomFull`,
   * `closed`.
   */
  enter(options: PeerOptions): Peer {
    if (this.#closed) throw new RoomError('closed');
    // A client may reconnect before the server notices that its earlier connection dropped.
    const others = [...this.#entering, ...this.#peers.values()].filter(({ id }) => id !== options.id);
    if (others.length >= this.#options.limits.maxPeersPerRoom) throw new RoomError('roomFull');
    const logger = this.#logger.child({ peerId: options.id });
    const peer = new Peer(options, { access: this.#access, resources: this.#options, logger });
    this.#entering.add(peer);
    return peer;
  }

  /** Returns the room as a plain object. */
  snapshot(): RoomSnapshot {
    const { id, hiddenPeers } = this;
    return { id, peers: [...this.#peers.values()].map(snapshotOfPeer), hiddenPeers };
  }

  othersOf(peer: Peer): readonly Peer[] {
    return this.#others(peer).filter(({ hidden }) => !hidden);
  }

  /** Offers a data producer of one peer to the others, or to the bot if the data producer addresses it. */
  offerDataProducer(dataProducer: DataProducer): void {
    const { peer } = dataProducer;
    if (this.#bot?.isAddressedBy(dataProducer)) this.#bot.listenTo(dataProducer);
    else if (peer !== null) for (const other of this.#others(peer)) other.receiving.offerData(dataProducer);
  }

  async whenOffersMade(): Promise<void> {
    await Promise.all([...this.#peers.values()].map(({ receiving }) => receiving.whenOffersMade()));
  }

  /** Closes the room for all peers. Idempotent. */
  close(closing: PeerClosing): void {
    if (this.#closed) return;
    // From now on no peer is notified of another.
    this.#closed = true;
    const peers = [...this.#entering, ...this.#peers.values()];
    this.router.close();
    this.#entering.clear();
    this.#peers.clear();
    for (const peer of peers) peer.roomClosed(closing);
    this.#producers.clear();
    this.#logger.info({ reason: closing.reason }, 'closed room');
    this.#options.onClosed(this);
  }

  /** Interface of the room for its peers. */
  readonly #access: RoomAccess = {
    view: this,
    admit: (peer, options) => {
      this.#admit(peer, options);
    },
    sourcesFor: (peer) => this.#sourcesFor(peer),
    report: (change, details) => {
      this.#onChange[change](details);
    },
  };

  readonly #onChange: { readonly [K in keyof PeerChanges]: (details: PeerChanges[K]) => void } = {
    producerAdded: ({ producer }) => {
      this.#handleProducer(producer);
    },
    producerClosed: ({ producer, reason }) => {
      this.#producers.delete(producer.id);
      this.#notify('remoteProducerClosed', { producer, reason }, producer.peer);
    },
    producerPaused: ({ producer, by }) => {
      const event = producer.paused ? 'remoteProducerPaused' : 'remoteProducerResumed';
      this.#notify(event, { producer, by: by === 'owner' ? 'remote' : 'server' }, producer.peer);
    },
    dataProducerAdded: ({ dataProducer }) => {
      this.offerDataProducer(dataProducer);
    },
    messagesLost: ({ count }) => {
      this.#options.onMessagesLost(count);
    },
    reachabilityChanged: ({ peer }) => {
      this.#options.onReachability(peer);
      if (!peer.reconnecting) peer.logger.info('resumed peer');
      if (!peer.hidden) this.#notify(peer.reconnecting ? 'peerReconnecting' : 'peerReconnected', { peer }, peer);
    },
    displayNameChanged: ({ peer, oldDisplayName }) => {
      if (!peer.hidden) this.#notify('peerDisplayNameChanged', { peer, oldDisplayName }, peer);
    },
    textSent: ({ peer, text }) => {
      this.#notify('textMessage', { peer, text }, peer);
    },
    closed: ({ peer, closing }) => {
      this.#handlePeerClosed(peer, closing);
    },
  };

  #admit(peer: Peer, { onDuplicate = 'refuse' }: JoinOptions): void {
    const namesake = this.#peers.get(peer.id);
    if (namesake !== undefined) {
      const mayReplace = onDuplicate === 'replace' && namesake.dialect === peer.dialect;
      // A reconnecting peer is always replaced.
      if (!mayReplace && !namesake.reconnecting) throw new RoomError('duplicatedPeer');
      namesake.close({ reason: 'replaced' });
    }
    this.#entering.delete(peer);
    this.#peers.set(peer.id, peer);
    peer.logger.info({ dialect: peer.dialect, hidden: peer.hidden }, 'peer joined');
    if (!peer.hidden) this.#notify('newPeer', { peer }, peer);
  }

  *#sourcesFor(peer: Peer): Iterable<Producer | DataProducer> {
    for (const { sending } of this.#others(peer)) {
      yield* sending.producers.values();
      for (const dataProducer of sending.dataProducers.values())
        if (!this.#bot?.isAddressedBy(dataProducer)) yield dataProducer;
    }
    if (this.#bot !== undefined) yield this.#bot.dataProducer;
  }

  #handleProducer(producer: Producer): void {
    this.#producers.set(producer.id, producer);
    const { id, kind, type } = producer;
    producer.peer.logger.debug({ producerId: id, kind, type }, 'created producer');
    this.#speakers?.watch(producer);
    const event = { producer };
    for (const other of this.#others(producer.peer)) {
      emitOnPeer(other, 'newProducer', event);
      other.receiving.offer(producer);
    }
  }

  #handlePeerClosed(peer: Peer, closing: PeerClosing): void {
    const hadJoined = this.#peers.get(peer.id) === peer;
    this.#entering.delete(peer);
    if (hadJoined) this.#peers.delete(peer.id);
    // A connection that resumes an earlier peer closes its own; the log names the resumed peer instead.
    if (closing.reason !== 'resumed')
      peer.logger.info({ reason: closing.reason }, hadJoined ? 'peer closed' : 'peer closed before it joined');
    if (hadJoined && !peer.hidden) this.#notify('peerClosed', { peer, ...closing });
    // A peer that replaces another is already in the room.
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

  /** Notifies all joined peers but one. The payload is one object for all, so that dialects can reuse its encoding. */
  #notify<K extends keyof PeerEvents>(event: K, payload: PeerEvents[K], except?: Peer): void {
    for (const peer of this.#peers.values()) if (peer !== except) emitOnPeer(peer, event, payload);
  }
}
