import type { MediaKind } from '@tureen/protocol/common';
import type { MediaConsumer } from '../../media/MediaEngine.ts';
import { TureenError, isConnectionLoss } from '../../shared/errors.ts';
import { TypedEmitter, emitOn } from '../../shared/TypedEmitter.ts';
import { Attachments } from './Attachments.ts';
import { checkLayer, checkPriority } from '../checks.ts';
import { ConsumerSettings, sameLayers } from './ConsumerSettings.ts';
import { EntityStats, type StatsOptions } from '../EntityStats.ts';
import type { Peer } from './Peer.ts';
import type { Actor, ConsumerOffer, ConsumerScore, DialectSession, KeptConsumer, Layers } from '../ports.ts';
import type { CloseReason, ConsumerSnapshot } from '../RoomTypes.ts';
import { type RoomContext, inBackground, requireCapability, requireSession } from '../RoomContext.ts';

/** What a consumer says of itself; the room says the same with the consumer in the payload. */
export interface ConsumerEvents {
  paused: { by: Actor };
  resumed: { by: Actor };
  /** The layers that reach us; both null while none does. */
  layersChanged: { spatialLayer: number | null; temporalLayer: number | null; profile?: string | undefined };
  preferredLayersSet: { spatialLayer: number | null; temporalLayer: number | null; profile?: string | undefined };
  score: { score: ConsumerScore };
  /** The track is there, or another one after a reconnect. Attached elements are taken along. */
  trackChanged: { track: MediaStreamTrack };
  /** The first frame, or the first sound, of an attached element. */
  playing: { element: HTMLMediaElement };
  stats: { stats: readonly object[] };
  closed: { reason: CloseReason };
}

/** Someone's track, as it reaches us. Lives through reconnects: its `id` and `track` may change then, the object does not. */
export class Consumer extends TypedEmitter<ConsumerEvents> {
  readonly peer: Peer;
  readonly #context: RoomContext;
  readonly #onCloseWanted: (consumer: Consumer) => void;
  #offer: ConsumerOffer;
  #media: MediaConsumer | null = null;
  /** The session that has a server-side consumer for us to speak of; null while reconnecting. */
  #session: DialectSession | null = null;
  #taking: { readonly offer: ConsumerOffer; readonly done: Promise<void> } | null = null;
  #localPaused = false;
  #remotePaused: boolean;
  #subscribed: boolean;
  #closed = false;
  /** The room has said `newConsumer`: from then on it says the rest too. */
  #announced = false;
  #score: ConsumerScore | null = null;
  #currentLayers: Layers | null = null;
  readonly #wishes: ConsumerSettings;
  readonly #attachments: Attachments;
  readonly #stats: EntityStats;

  /** @internal */
  constructor(
    context: RoomContext,
    peer: Peer,
    offer: ConsumerOffer,
    subscribed: boolean,
    onCloseWanted: (consumer: Consumer) => void,
  ) {
    super(context.reportListenerError);
    this.#context = context;
    this.#onCloseWanted = onCloseWanted;
    this.peer = peer;
    this.#offer = offer;
    this.#remotePaused = offer.remotePaused;
    this.#subscribed = subscribed;
    this.#wishes = new ConsumerSettings({
      current: () => (this.#session === null ? null : { session: this.#session, id: this.id }),
      onStopRefused: (stopped) => {
        this.#handleStopRollback(stopped);
      },
      onLayersRefused: context.invalidate,
    });
    this.#attachments = new Attachments(context.playback, {
      onPlaying: (element) => {
        emitOn(this, 'playing', { element });
      },
      onBlocked: (element, error) => {
        context.announce('playbackBlocked', { consumer: this, element, error });
      },
      onPaused: (element) => {
        context.announce('playbackPaused', { consumer: this, element });
      },
    });
    this.#stats = new EntityStats(
      context,
      () => (this.#session === null ? null : { type: 'consumer', id: this.id }),
      (stats) => {
        emitOn(this, 'stats', { stats });
        this.#tell('consumerStats', { consumer: this, stats });
      },
    );
  }

  /** The server's id of it; another one after a rejoin. */
  get id(): string {
    return this.#offer.id;
  }

  /** The id of the producer at its peer. */
  get producerId(): string {
    return this.#offer.producerId;
  }

  get kind(): MediaKind {
    return this.#offer.kind;
  }

  /** `camera`, `microphone`, `screen`, `screenAudio`, what the app said, or `unknown`. */
  get source(): string {
    return this.#offer.source;
  }

  /** Whether the producer sends one stream, several, or one with layers inside. */
  get type(): 'simple' | 'simulcast' | 'svc' {
    return this.#offer.type;
  }

  /** What the peer gave with its producer. */
  get appData(): unknown {
    return this.#offer.appData;
  }

  /** False where nothing here can decode it: `track` stays null. */
  get supported(): boolean {
    return this.#offer.supported;
  }

  /** Null until it is received: not subscribed, not supported, or on the way back after a loss. */
  get track(): MediaStreamTrack | null {
    return this.#media?.track ?? null;
  }

  /** The receiver beneath, for encoded streams or jitter buffer targets; another one after a reconnect. */
  get rtpReceiver(): RTCRtpReceiver | undefined {
    return this.#media?.rtpReceiver;
  }

  /** Nothing is played: by our wish, or at the source. */
  get paused(): boolean {
    return this.#localPaused || this.#remotePaused;
  }

  /** We have paused it. */
  get localPaused(): boolean {
    return this.#localPaused;
  }

  /** Its producer is paused. */
  get remotePaused(): boolean {
    return this.#remotePaused;
  }

  /** Whether we want it at all; see `setSubscribed`. */
  get subscribed(): boolean {
    return this.#subscribed;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Null until the server says one. */
  get score(): ConsumerScore | null {
    return this.#score;
  }

  /** What was asked for; null: the highest. */
  get preferredLayers(): Layers | null {
    return this.#wishes.preferredLayers.requested;
  }

  /** What reaches us; null while nothing does or nothing is known. */
  get currentLayers(): Layers | null {
    return this.#currentLayers;
  }

  /** 1 to 255, default 1. */
  get priority(): number {
    return this.#wishes.priority.requested;
  }

  /** Stops it: the server sends no more, the element shows nothing new. Rejects and rolls back when the server refuses. */
  async pause(): Promise<void> {
    await this.#setLocalPaused(true);
  }

  /** The opposite of `pause`. The server asks the source for a key frame. */
  async resume(): Promise<void> {
    await this.#setLocalPaused(false);
  }

  /**
   * Whether we want it. `false` stops it at the server; `true` takes it up (again), and resolves once `track` is there. Under
   * `consume: 'manual'` this is how anything is received.
   */
  async setSubscribed(subscribed: boolean): Promise<void> {
    this.#assertOpen('setSubscribed()');
    if (subscribed && !this.supported) {
      throw new TureenError('unsupportedCodec', `nothing here can decode this ${this.kind}`);
    }
    this.#subscribed = subscribed;
    this.#context.invalidate();
    if (!subscribed) this.#media?.pause();
    else if (this.#session !== null) {
      try {
        await this.#take(this.#session);
      } catch (error) {
        // What cannot be received is not subscribed to; after a loss the wish stands.
        if (!isConnectionLoss(error)) this.#subscribed = false;
        this.#context.invalidate();
        throw error;
      }
    }
    if (subscribed && !this.#localPaused) this.#media?.resume();
    await this.#wishes.stopped.set(this.#wantsStop());
  }

  /**
   * Which simulcast or SVC layers to send at most. Wire: v3 `setConsumerPreferredLayers`. Throws `unsupported` where the dialect
   * has no layers, `invalidArgument`.
   */
  async setPreferredLayers(layers: Layers): Promise<void> {
    this.#assertOpen('setPreferredLayers()');
    requireCapability(
      this.#context,
      this.#context.capabilities.layers !== 'none',
      'setPreferredLayers()',
      'the server chooses by bandwidth',
    );
    checkLayer(layers.spatialLayer, 'spatialLayer');
    if (layers.temporalLayer !== undefined) checkLayer(layers.temporalLayer, 'temporalLayer');
    const agreed = this.#wishes.preferredLayers.set({ ...layers });
    this.#context.invalidate();
    await agreed;
  }

  /** 1 to 255: which consumers get the bandwidth first. Wire: v3 `setConsumerPriority`. */
  async setPriority(priority: number): Promise<void> {
    this.#assertOpen('setPriority()');
    requireCapability(this.#context, this.#context.capabilities.priority, 'setPriority()', 'pause what matters less');
    checkPriority(priority);
    await this.#wishes.priority.set(priority);
  }

  /** Asks the source for a key frame, by way of the server. Wire: v3 `requestConsumerKeyFrame`. */
  async requestKeyFrame(): Promise<void> {
    this.#assertOpen('requestKeyFrame()');
    requireCapability(
      this.#context,
      this.#context.capabilities.keyFrameRequest,
      'requestKeyFrame()',
      'the server asks by itself on resume',
    );
    await requireSession(this.#context, 'requestKeyFrame()').requestKeyFrame(this.id);
  }

  /**
   * Gives it up for good: media, elements and object. To take it up again later use `setSubscribed(false)` instead. Emits
   * `closed`, and `consumerClosed` at the room.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    const session = this.#session;
    this.#onCloseWanted(this);
    if (session !== null) await this.closeThere(session);
  }

  /** @internal Where no word says "close", a paused consumer is the nearest thing: the server sends nothing. */
  async closeThere(session: DialectSession): Promise<void> {
    const { id } = this;
    await (this.#context.capabilities.closeConsumer ? session.closeConsumer(id) : session.setConsumerPaused(id, true));
  }

  /** Statistics of the local receiver. `invalidState` while nothing is received. */
  async getStats(): Promise<RTCStatsReport> {
    const media = this.#media;
    // The media of before a rejoin is closed, and the consumer waits for the next.
    if (media === null || (media.closed && !this.#closed))
      throw new TureenError('invalidState', 'nothing is received: there are no statistics');
    return media.getStats();
  }

  /** Statistics as the server has them. Wire: v3 `getConsumerStats`. */
  async getServerStats(): Promise<readonly object[]> {
    return this.#stats.get();
  }

  /** Asks `getServerStats` again and again and emits `stats` (at the room `consumerStats`), until `disableStats()` or closed. */
  enableStats(options?: StatsOptions): void {
    this.#assertOpen('enableStats()');
    this.#stats.enable(options);
  }

  disableStats(): void {
    this.#stats.disable();
  }

  /**
   * Plays it in that element, or in a new `<audio>` or `<video>`. Consumers may share an element: their sound is played in sync,
   * with the picture attached last. An element that leaves the document plays again when it returns. The room emits
   * `playbackBlocked` where the browser wants a user gesture, `playbackPaused` where something else paused the element; a second
   * `attach()` plays it again.
   */
  attach<E extends HTMLMediaElement = HTMLMediaElement>(element?: E): E {
    this.#assertOpen('attach()');
    const target = element ?? (document.createElement(this.kind) as unknown as E);
    this.#attachments.add(target, this.track);
    return target;
  }

  /** Takes it out of that element, or of all. */
  detach(element?: HTMLMediaElement): void {
    this.#attachments.remove(element);
  }

  snapshot(): ConsumerSnapshot {
    return {
      id: this.id,
      producerId: this.producerId,
      kind: this.kind,
      source: this.source,
      paused: this.paused,
      localPaused: this.#localPaused,
      remotePaused: this.#remotePaused,
      subscribed: this.#subscribed,
      supported: this.supported,
      preferredLayers: this.preferredLayers,
      currentLayers: this.#currentLayers,
      score: this.#score,
    };
  }

  /** @internal The server offers it: receive it, unless it is not wanted. */
  async handleOffered(session: DialectSession, offer: ConsumerOffer): Promise<void> {
    this.#offer = offer;
    this.handleRemotePaused(offer.remotePaused, 'remote');
    if (this.#subscribed && offer.supported) await this.#take(session);
  }

  /** @internal The server knows that we have it, and sends: from here on our wishes reach it. */
  handleAccepted(session: DialectSession): void {
    this.#session = session;
    this.#wishes.restart();
    this.#stats.restart();
    if (this.#wantsStop()) inBackground(this.#context, 'pauseConsumer', this.#wishes.stopped.set(true));
  }

  /** @internal The session goes on, and it with it: what either end missed is told. */
  handleResumed(session: DialectSession, { paused, remotePaused }: KeptConsumer): void {
    this.#session = session;
    this.handleRemotePaused(remotePaused, 'remote');
    this.#wishes.resume(paused);
    this.#stats.restart();
    // Subscribed to while we were away.
    if (this.#subscribed && this.supported && !this.#closed)
      inBackground(this.#context, 'newConsumer', this.#take(session));
  }

  /** @internal A transport was made anew. If it came over the old one: as what it is to be taken up again. */
  handleRebuilt(): ConsumerOffer | null {
    if (this.#session === null || this.#media?.closed !== true) return null;
    this.#session = null;
    return { ...this.#offer, remotePaused: this.#remotePaused };
  }

  /** @internal Whether the room has said `newConsumer`. */
  get announced(): boolean {
    return this.#announced;
  }

  /** @internal Whether the server of this session knows that we have it. */
  get hasSession(): boolean {
    return this.#session !== null;
  }

  /** @internal */
  handleAnnounced(): void {
    this.#announced = true;
  }

  /** @internal The session is gone, the consumer may come back with the next one. */
  handleSessionLost(): void {
    this.#session = null;
  }

  /** @internal */
  handleRemotePaused(isPaused: boolean, by: Actor): void {
    if (this.#closed || this.#remotePaused === isPaused) return;
    this.#remotePaused = isPaused;
    this.#emitPause(isPaused, by);
  }

  /** @internal */
  handleLayers(layers: Layers | null, profile?: string): void {
    // Servers tell them anew after a resume.
    if (layers !== null && sameLayers(layers, this.#currentLayers)) return;
    this.#currentLayers = layers;
    const payload = layersPayload(layers, profile);
    emitOn(this, 'layersChanged', payload);
    this.#tell('consumerLayersChanged', { consumer: this, ...payload });
  }

  /** @internal */
  handlePreferredLayers(layers: Layers | null, profile?: string): void {
    this.#wishes.preferredLayers.accept(layers);
    const payload = layersPayload(layers, profile);
    emitOn(this, 'preferredLayersSet', payload);
    this.#tell('consumerPreferredLayersSet', { consumer: this, ...payload });
  }

  /** @internal */
  handleScore(score: ConsumerScore): void {
    this.#score = score;
    emitOn(this, 'score', { score });
    this.#tell('consumerScore', { consumer: this, score });
  }

  /** @internal */
  handleStats(stats: readonly object[]): void {
    this.#stats.handle(stats);
  }

  /** @internal Says so once; the room's event only if it had been announced. */
  handleClosed(reason: CloseReason): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    const error = new TureenError('closed', 'the consumer is closed');
    this.#session = null;
    this.#wishes.close(error);
    this.#stats.disable();
    this.#attachments.remove();
    this.#media?.close();
    this.#media = null;
    emitOn(this, 'closed', { reason });
    return true;
  }

  #take(session: DialectSession): Promise<void> {
    // One at a time: a second wish for the same media waits for the first.
    const offer = this.#offer;
    if (this.#taking?.offer === offer) return this.#taking.done;
    const done = this.#consume(session).finally(() => {
      if (this.#taking?.done === done) this.#taking = null;
    });
    this.#taking = { offer, done };
    return done;
  }

  async #consume(session: DialectSession): Promise<void> {
    if (this.#media?.id === this.id && !this.#media.closed) return;
    const offer = this.#offer;
    const wishes = { paused: this.#wantsStop(), preferredLayers: this.preferredLayers };
    const media = await this.#context.refusedOffers.consume(offer, () => session.consume(offer, wishes));
    if (this.#closed || this.#offer !== offer) {
      media.close();
      throw new TureenError('closed', 'the consumer was closed before it was received');
    }
    this.#media?.close();
    this.#media = media;
    if (this.#localPaused || !this.#subscribed) media.pause();
    if (session.appliesInitialSettings === true && this.#session === session) {
      this.#wishes.stopped.accept(wishes.paused);
      inBackground(this.#context, 'pauseConsumer', this.#wishes.stopped.set(this.#wantsStop()));
    }
    this.#attachments.setTrack(media.track);
    emitOn(this, 'trackChanged', { track: media.track });
  }

  async #setLocalPaused(isPaused: boolean): Promise<void> {
    this.#assertOpen(isPaused ? 'pause()' : 'resume()');
    if (this.#localPaused !== isPaused) {
      this.#localPaused = isPaused;
      if (isPaused) this.#media?.pause();
      else if (this.#subscribed) this.#media?.resume();
      this.#emitPause(isPaused, 'local');
    }
    await this.#wishes.stopped.set(this.#wantsStop());
  }

  #handleStopRollback(stopped: boolean): void {
    if (this.#closed || this.#wantsStop() === stopped) return;
    this.#context.invalidate();
    this.#subscribed ||= !stopped;
    if (stopped) this.#media?.pause();
    else this.#media?.resume();
    if (this.#localPaused === stopped) return;
    this.#localPaused = stopped;
    this.#emitPause(stopped, 'server');
  }

  #wantsStop(): boolean {
    return this.#localPaused || !this.#subscribed;
  }

  #emitPause(isPaused: boolean, by: Actor): void {
    emitOn(this, isPaused ? 'paused' : 'resumed', { by });
    this.#tell(isPaused ? 'consumerPaused' : 'consumerResumed', { consumer: this, by });
  }

  #tell: RoomContext['announce'] = (event, payload) => {
    if (this.#announced) this.#context.announce(event, payload);
  };

  #assertOpen(call: string): void {
    if (this.#closed) throw new TureenError('invalidState', `${call} on a closed consumer`);
  }
}

function layersPayload(layers: Layers | null, profile: string | undefined) {
  return {
    spatialLayer: layers?.spatialLayer ?? null,
    temporalLayer: layers?.temporalLayer ?? null,
    ...(profile === undefined ? {} : { profile }),
  };
}
