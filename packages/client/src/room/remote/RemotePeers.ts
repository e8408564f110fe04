import { TureenError, isCollateral, isConnectionLoss, toTureenError } from '../../shared/errors.ts';
import { Consumer } from './Consumer.ts';
import { DataConsumers } from './DataConsumers.ts';
import { Peer } from './Peer.ts';
import type {
  ConsumerOffer,
  DataConsumerOffer,
  DialectEventOf,
  DialectResumeResult,
  DialectSession,
  PeerInfo,
  SessionHolds,
} from '../ports.ts';
import type { CloseReason, ConsumePolicy } from '../RoomTypes.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import { emitOn } from '../../shared/TypedEmitter.ts';

/** ms that the server has after a rejoin to offer again what was received before. */
const restoreWithinMs = 5000;
/** How many ids of consumers are remembered that were closed before they were offered. */
const closedEarlyAtMost = 256;

type PeerBound = DialectEventOf<'newConsumer'> | DialectEventOf<'newDataConsumer'>;

/** Who is in the room, and what is received from them: applies the news of the server to peers and consumers. */
export class RemotePeers {
  readonly peers = new Map<string, Peer>();
  /** By their ids of this session; with those that are on their way and not announced yet. */
  readonly consumers = new Map<string, Consumer>();
  /** Those of them that the app knows of. */
  readonly announced = new Map<string, Consumer>();
  activeSpeakerId: string | null = null;
  readonly #context: RoomContext;
  readonly #ownId: string;
  readonly #policy: ConsumePolicy;
  readonly #data: DataConsumers;
  /** What came for peers who have not been announced. */
  readonly #waiting = new Map<string, PeerBound[]>();
  readonly #closedEarly = new Set<string>();
  /** Ids of consumers that this session has offered: one from before it may come back under the same. */
  readonly #offered = new Set<string>();
  /** Those that the server knew us to have when the connection dropped. */
  #held = new Set<Consumer>();
  #cancelRestore: () => void = () => {};

  constructor(context: RoomContext, ownId: string, policy: ConsumePolicy) {
    this.#context = context;
    this.#ownId = ownId;
    this.#policy = policy;
    this.#data = new DataConsumers(context);
  }

  /** What a server may keep for us while we are away. */
  get holds(): Pick<SessionHolds, 'consumers' | 'dataConsumers'> {
    const consumers = [...this.#held].filter(({ closed }) => !closed).map(({ id }) => id);
    return { consumers, dataConsumers: this.#data.held };
  }

  /** The answer to join: everyone who is there, and what was `resumed`. On a rejoin only the differences are told. */
  applyJoin(infos: readonly PeerInfo[], resumed: DialectResumeResult | null): void {
    const { epoch } = this.#context;
    const present = new Set(infos.map((info) => info.id));
    for (const peer of [...this.peers.values()]) {
      // A listener of the differences may leave the room, and everyone in it is gone.
      if (!present.has(peer.id) && !peer.closed) this.#removePeer(peer, 'notRestored');
    }
    for (const info of infos) {
      if (this.#context.epoch !== epoch) return;
      if (info.id === this.#ownId) continue;
      const known = this.peers.get(info.id);
      if (known === undefined) this.#addPeer(info, true);
      else {
        this.#tellReconnecting(known, false);
        this.#tellDisplayName(known, known.handleInfo(info));
      }
    }
    if (this.#context.epoch !== epoch) return;
    if (resumed !== null) this.#resume(resumed);
    this.#held.clear();
    const lost = [...this.consumers.values()].filter((consumer) => !consumer.hasSession);
    if (lost.length > 0 || this.#data.held.length > 0) {
      this.#cancelRestore = this.#context.clock.after(restoreWithinMs, () => {
        for (const consumer of lost) if (!consumer.hasSession) this.#removeConsumer(consumer, 'notRestored');
        this.#data.dropUnrestored();
      });
    }
  }

  /** The connection is gone. Peers and consumers stay: they may be back in a moment. */
  handleSessionLost(): void {
    this.#cancelRestore();
    this.#waiting.clear();
    this.#closedEarly.clear();
    this.#offered.clear();
    this.#held = new Set([...this.consumers.values()].filter((consumer) => consumer.hasSession));
    for (const consumer of this.consumers.values()) {
      // What was not announced yet is offered again, if at all.
      if (consumer.announced) consumer.handleSessionLost();
      else this.#removeConsumer(consumer, 'sessionEnded');
    }
    this.#data.handleSessionLost();
  }

  /** A transport was made anew, or some of what it stands for: what came over the old one is received again. */
  handleRebuilt(session: DialectSession): void {
    const answer = { accept: () => {}, reject: () => {} };
    for (const consumer of this.consumers.values()) {
      const offer = consumer.handleRebuilt();
      if (offer !== null) void this.#takeUp(consumer, { offer, answer }, session);
    }
  }

  /** The session is over: everything closes, consumers before their peers. */
  end(reason: CloseReason): void {
    this.handleSessionLost();
    this.#held.clear();
    this.#data.closeWhere(() => true, reason);
    for (const peer of [...this.peers.values()]) this.#removePeer(peer, reason);
    this.activeSpeakerId = null;
  }

  handleNewPeer({ peer: info }: DialectEventOf<'newPeer'>): void {
    if (info.id === this.#ownId) return;
    const known = this.peers.get(info.id);
    // Another peer, or the same one after a reload, has taken the id.
    if (known !== undefined) this.#removePeer(known, 'replaced');
    this.#addPeer(info, false);
  }

  handlePeerClosed({ peerId, reason, appData }: DialectEventOf<'peerClosed'>): void {
    const peer = this.peers.get(peerId);
    this.#waiting.delete(peerId);
    if (peer !== undefined) this.#removePeer(peer, (reason as CloseReason) ?? 'remote', appData);
  }

  handlePeerReconnecting(peerId: string, isReconnecting: boolean): void {
    this.#tellReconnecting(this.peers.get(peerId), isReconnecting);
  }

  handlePeerDisplayNameChanged({ peerId, displayName }: DialectEventOf<'peerDisplayNameChanged'>): void {
    const peer = this.peers.get(peerId);
    if (peer !== undefined) this.#tellDisplayName(peer, peer.handleDisplayName(displayName));
  }

  handleConsumerClosed({ consumerId, reason }: DialectEventOf<'consumerClosed'>): void {
    const consumer = this.consumers.get(consumerId);
    if (consumer === undefined) this.#rememberClosedEarly(consumerId);
    else this.#removeConsumer(consumer, (reason as CloseReason) ?? 'remote');
  }

  handleDataConsumerClosed(event: DialectEventOf<'dataConsumerClosed'>): void {
    this.#data.handleClosed(event);
  }

  handleMessagesLost(event: DialectEventOf<'messagesLost'>): void {
    this.#data.handleMessagesLost(event);
  }

  handleActiveSpeaker({ peerId, volume }: DialectEventOf<'activeSpeaker'>): void {
    const peer = peerId === null ? null : (this.peers.get(peerId) ?? null);
    this.activeSpeakerId = peerId;
    this.#context.announce('activeSpeaker', { peer, isLocal: peerId === this.#ownId, volume });
  }

  handleTextMessage({ peerId, text }: DialectEventOf<'textMessage'>): void {
    const peer = this.peers.get(peerId);
    if (peer === undefined) return;
    emitOn(peer, 'textMessage', { text });
    this.#context.announce('textMessage', { peer, text });
  }

  /** What lives on goes on; what we had and is gone was closed while we were away. */
  #resume({ consumers, dataConsumers }: DialectResumeResult): void {
    for (const consumer of this.#held) {
      const kept = consumers.get(consumer.id);
      const { session } = this.#context;
      if (session === null) continue;
      if (kept === undefined) this.#removeConsumer(consumer, 'remote');
      // It was closed while the server was asked.
      else if (consumer.closed) inBackground(this.#context, 'closeConsumer', consumer.closeThere(session));
      else {
        this.#offered.add(consumer.id);
        consumer.handleResumed(session, kept);
      }
    }
    this.#data.resume(dataConsumers);
  }

  #addPeer(info: PeerInfo, existing: boolean): void {
    const peer = new Peer(info, this.#context.reportListenerError);
    this.peers.set(peer.id, peer);
    this.#context.announce('newPeer', { peer, existing });
    const waiting = this.#waiting.get(peer.id) ?? [];
    this.#waiting.delete(peer.id);
    for (const event of waiting)
      if (event.type === 'newConsumer') this.handleNewConsumer(event);
      else this.handleNewDataConsumer(event);
  }

  #removePeer(peer: Peer, reason: CloseReason, appData?: unknown): void {
    this.peers.delete(peer.id);
    if (this.activeSpeakerId === peer.id) this.activeSpeakerId = null;
    for (const consumer of [...this.consumers.values()])
      if (consumer.peer === peer) this.#removeConsumer(consumer, reason);
    this.#data.closeWhere((dataConsumer) => dataConsumer.peer === peer, reason);
    peer.handleClosed(reason, appData);
    this.#context.announce('peerClosed', { peer, reason, ...(appData === undefined ? {} : { appData }) });
    peer.removeAllListeners();
  }

  handleNewConsumer(event: DialectEventOf<'newConsumer'>): void {
    const { offer, answer } = event;
    const session = this.#context.session;
    if (session === null) return;
    // Closed before it was offered, or offered twice: the server is told yes and nothing comes of it.
    if (this.#closedEarly.delete(offer.id) || this.#offered.has(offer.id)) {
      answer.accept();
      return;
    }
    const peer = this.peers.get(offer.peerId);
    if (peer === undefined) {
      this.#wait(offer.peerId, event);
      return;
    }
    const returning = returningConsumer(peer, offer);
    const consumer =
      returning ??
      new Consumer(this.#context, peer, offer, offer.supported && this.#isWanted(offer), (one) => {
        this.#handleClosedHere(one);
      });
    if (returning !== undefined) {
      this.#forget(returning);
    }
    this.consumers.set(offer.id, consumer);
    this.#offered.add(offer.id);
    void this.#takeUp(consumer, event, session);
    // Under its new id, at once: another loss may come before it is taken up.
    if (returning !== undefined) peer.handleConsumer(returning, true);
  }

  async #takeUp(
    consumer: Consumer,
    { offer, answer }: Omit<DialectEventOf<'newConsumer'>, 'type'>,
    session: DialectSession,
  ): Promise<void> {
    const { epoch } = this.#context;
    try {
      await consumer.handleOffered(session, offer);
    } catch (cause) {
      // Of a loss we are told in a moment: the consumer comes back with the room, and what was wanted of it.
      if (this.#context.epoch !== epoch || isConnectionLoss(cause)) return;
      const error = toTureenError(cause, 'mediaFailed');
      if (consumer.closed) {
        answer.accept();
        return;
      }
      // The next session offers it again.
      if (isCollateral(error)) {
        this.#context.rejoin(error.message);
        return;
      }
      this.#context.logger.warn('a consumer could not be received', error);
      answer.reject(500, error.message);
      this.#removeConsumer(consumer, 'server');
      this.#context.announce('requestFailed', { method: 'newConsumer', error });
      return;
    }
    if (this.#context.epoch !== epoch) return;
    answer.accept();
    if (consumer.closed) return;
    consumer.peer.handleConsumer(consumer, true);
    this.announced.set(consumer.id, consumer);
    consumer.handleAccepted(session);
    if (consumer.announced) return;
    consumer.handleAnnounced();
    emitOn(consumer.peer, 'newConsumer', { consumer });
    this.#context.announce('newConsumer', { consumer, peer: consumer.peer });
  }

  handleNewDataConsumer(event: DialectEventOf<'newDataConsumer'>): void {
    const { peerId } = event.offer;
    const peer = peerId === null ? null : this.peers.get(peerId);
    if (peer === undefined && peerId !== null) this.#wait(peerId, event);
    else this.#data.handleOffer(event, peer ?? null, (offer) => this.#isWanted(offer));
  }

  #isWanted(offer: ConsumerOffer | DataConsumerOffer): boolean {
    if (typeof this.#policy === 'string') return this.#policy === 'auto';
    try {
      const wanted: unknown = this.#policy(offer);
      if (!(wanted instanceof Object)) return Boolean(wanted);
      // A promise comes too late, and no one else handles its rejection.
      Promise.resolve(wanted).catch(() => {});
      throw new TureenError('invalidArgument', 'consume() returned no boolean');
    } catch (error) {
      this.#context.reportListenerError(error, 'consume');
      return true;
    }
  }

  /** The app closed it. */
  #handleClosedHere(consumer: Consumer): void {
    this.#removeConsumer(consumer, 'local');
  }

  #removeConsumer(consumer: Consumer, reason: CloseReason): void {
    this.#forget(consumer);
    if (consumer.handleClosed(reason) && consumer.announced)
      this.#context.announce('consumerClosed', { consumer, reason });
    consumer.removeAllListeners();
  }

  #forget(consumer: Consumer): void {
    this.consumers.delete(consumer.id);
    this.#offered.delete(consumer.id);
    this.announced.delete(consumer.id);
    consumer.peer.handleConsumer(consumer, false);
  }

  #wait(peerId: string, event: PeerBound): void {
    this.#waiting.set(peerId, [...(this.#waiting.get(peerId) ?? []), event]);
  }

  #rememberClosedEarly(consumerId: string): void {
    for (const [peerId, events] of this.#waiting) {
      const kept = events.filter((event) => event.type !== 'newConsumer' || event.offer.id !== consumerId);
      if (kept.length === events.length) continue;
      this.#waiting.set(peerId, kept);
      return;
    }
    this.#closedEarly.add(consumerId);
    if (this.#closedEarly.size <= closedEarlyAtMost) return;
    for (const oldest of this.#closedEarly) {
      this.#closedEarly.delete(oldest);
      return;
    }
  }

  #tellReconnecting(peer: Peer | undefined, isReconnecting: boolean): void {
    if (peer?.handleReconnecting(isReconnecting) !== true) return;
    this.#context.announce(isReconnecting ? 'peerReconnecting' : 'peerReconnected', { peer });
  }

  #tellDisplayName(peer: Peer, change: { oldDisplayName: string } | null): void {
    if (change !== null) this.#context.announce('peerDisplayNameChanged', { peer, ...change });
  }
}

/**
 * The consumer of before a loss that this offer brings back: of the same producer; or, where its peer had to come back too and
 * has new producers, the only one of that kind and source.
 */
function returningConsumer(peer: Peer, { producerId, kind, source }: ConsumerOffer): Consumer | undefined {
  const lost = [...peer.consumers.values()].filter((consumer) => !consumer.hasSession);
  const same = lost.find((consumer) => consumer.producerId === producerId);
  if (same !== undefined) return same;
  const alike = lost.filter((consumer) => consumer.kind === kind && consumer.source === source);
  return alike.length === 1 ? alike[0] : undefined;
}
