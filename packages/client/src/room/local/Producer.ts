import type { MediaKind } from '@tureen/protocol/common';
import { LocalTrack } from '../../devices/LocalTrack.ts';
import type { MediaProducer } from '../../media/MediaEngine.ts';
import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { connectionDropped } from '../../shared/commonErrors.ts';
import { TureenError } from '../../shared/errors.ts';
import { TypedEmitter, emitOn } from '../../shared/TypedEmitter.ts';
import { checkLayer, checkTrack } from '../checks.ts';
import { EntityStats, type StatsOptions } from '../EntityStats.ts';
import type { Actor, DialectSession, StreamScore } from '../ports.ts';
import { ProducerLifecycle, type Publishing } from './ProducerLifecycle.ts';
import type { CloseReason, ProduceOptions, ProducerSnapshot } from '../RoomTypes.ts';
import { type DeviceChangeReason, type TrackFailure, ManagedTrack } from './ManagedTrack.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';

/** What a producer says of itself; the room says the same with the producer in the payload. */
export interface ProducerEvents {
  /** `reason`: it is not a wish, there is no track that could be sent. */
  paused: { by: Actor; reason?: TrackFailure | undefined };
  resumed: { by: Actor };
  score: { score: readonly StreamScore[] };
  /**
   * The track came to its end by itself: unplugged, revoked, sharing stopped. A screen share is closed then; for a camera or
   * microphone of Tureen's another is opened (`deviceChanged`), or it is `paused` with a reason.
   */
  trackEnded: { track: MediaStreamTrack };
  /** It sends what another device gives, or the same one opened anew. */
  deviceChanged: { deviceId: string; label: string; reason: DeviceChangeReason };
  /** The source gives nothing for the moment (another program, a switch on the device, a headset that changes), or again. */
  muteChanged: { muted: boolean };
  stats: { stats: readonly object[] };
  closed: { by: Actor; reason: CloseReason };
}

const screenSources: ReadonlySet<string> = new Set(['screen', 'screenAudio']);

/** A track of ours on its way to the others. Lives through reconnects: its `id` may change then, the object does not. */
export class Producer extends TypedEmitter<ProducerEvents> {
  readonly kind: MediaKind;
  /** `camera`, `microphone`, `screen`, `screenAudio`, what the app said, or `unknown`. */
  readonly source: string;
  readonly #context: RoomContext;
  readonly #options: ProduceOptions;
  readonly #slot: ManagedTrack;
  readonly #onClosed: (producer: Producer) => void;
  readonly #lifecycle: ProducerLifecycle<MediaProducer>;
  #closed = false;
  #pausedByServer = false;
  #loss: TrackFailure | null = null;
  /** Paused for want of a track, not by a wish: it ends with the want. */
  #isPausedByLoss = false;
  /** There is a session, and nothing to send on it. */
  #waitsForTrack = false;
  #score: readonly StreamScore[] | null = null;
  readonly #paused: SyncedSetting<boolean>;
  readonly #maxSpatialLayer: SyncedSetting<number | null>;
  readonly #stats: EntityStats;

  /** @internal */
  constructor(
    context: RoomContext,
    local: LocalTrack,
    options: ProduceOptions,
    onClosed: (producer: Producer) => void,
  ) {
    super(context.reportListenerError);
    this.#context = context;
    this.#options = options;
    this.#slot = new ManagedTrack(local, {
      clock: context.clock,
      send: (track) => this.#send(track),
      onEnded: (track) => this.#handleTrackEnded(track),
      onLost: (loss) => {
        this.#handleLost(loss);
      },
      isMissed: () => this.#isPausedByLoss && this.#loss !== 'permissionDenied',
      onReplaced: (reason) => {
        this.#handleReplaced(reason);
      },
      onMuteChanged: (muted) => {
        emitOn(this, 'muteChanged', { muted });
        context.announce('producerMuteChanged', { producer: this, muted });
      },
    });
    this.#onClosed = onClosed;
    this.kind = local.kind;
    this.source = options.source ?? 'unknown';
    this.#lifecycle = new ProducerLifecycle({
      context,
      method: 'produce',
      publish: (session) => this.#publish(session),
      retract: (session, id) => session.closeProducer(id),
      onRefused: (error) => {
        // Its device went while it was on its way.
        this.#waitsForTrack = this.#lifecycle.isReady && this.#slot.ended;
        if (this.#waitsForTrack) return;
        this.#lifecycle.fail(error);
        this.handleClosed('server', 'server');
      },
    });
    const isReady = () => this.#lifecycle.current !== null;
    this.#paused = new SyncedSetting({
      initial: options.paused ?? false,
      isReady,
      apply: (paused) => this.#current().session.setProducerPaused(this.#current().media.id, paused),
      onRollback: (paused) => {
        this.#showPaused(paused, 'server');
      },
    });
    this.#maxSpatialLayer = new SyncedSetting<number | null>({
      initial: null,
      isReady,
      apply: async (layer) => {
        if (layer !== null) await this.#current().media.setMaxSpatialLayer(layer);
      },
    });
    this.#stats = new EntityStats(
      context,
      () => {
        const id = this.#lifecycle.current?.media.id;
        return id === undefined ? null : { type: 'producer', id };
      },
      (stats) => {
        emitOn(this, 'stats', { stats });
        context.announce('producerStats', { producer: this, stats });
      },
    );
  }

  /** The server's id of it; null until it is published, another one after a rejoin. */
  get id(): string | null {
    return this.#lifecycle.id;
  }

  get track(): MediaStreamTrack {
    return this.#slot.track;
  }

  /** Whether Tureen stops the track in the end (`owned`) or the app does (`borrowed`). */
  get ownership(): 'owned' | 'borrowed' {
    return this.#slot.ownership;
  }

  /** The sender beneath, for encoded streams; another one after a rejoin, undefined until published. */
  get rtpSender(): RTCRtpSender | undefined {
    return this.#lifecycle.media?.rtpSender;
  }

  /** Nothing is sent: by our wish, or by the server's. */
  get paused(): boolean {
    return this.#paused.requested || this.#pausedByServer;
  }

  /** Why it has no track that lives; null while it has one. What is lost is paused too. */
  get loss(): TrackFailure | null {
    return this.#loss;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What the app gave, with `source` added. */
  get appData(): Readonly<Record<string, unknown>> {
    return { ...this.#options.appData, source: this.source };
  }

  /** One per stream; null until the server says one. */
  get score(): readonly StreamScore[] | null {
    return this.#score;
  }

  /** The highest simulcast stream that is sent; null: all. */
  get maxSpatialLayer(): number | null {
    return this.#maxSpatialLayer.requested;
  }

  /** Sends nothing more, at once; resolves when the server knows. Rejects and rolls back when it refuses. */
  async pause(): Promise<void> {
    this.#isPausedByLoss = false;
    await this.#setPaused(true);
  }

  /**
   * Sends again. A camera or microphone that was lost is opened first: rejects with what the capture rejects with then
   * (`deviceNotFound`, `permissionDenied`, `deviceInUse`), and with `unsupported` where the track that ended was the app's.
   */
  async resume(): Promise<void> {
    this.#assertOpen('resume()');
    if (this.#slot.ended) await this.#slot.reopen();
    await this.#setPaused(false);
  }

  /**
   * Sends another track of the same kind in the place of this one, without the others noticing. The old one is stopped if it
   * was owned; the new one is the app's. What was paused because its track had ended is resumed. Throws `invalidArgument` for a
   * track of the other kind, or one that has ended.
   */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    this.#assertOpen('replaceTrack()');
    checkTrack(track, this.kind);
    await this.#slot.replace(new LocalTrack(track));
  }

  /**
   * Sends another camera or microphone in the place of this one. Only for what Tureen captured (`enableCamera`,
   * `enableMicrophone`): `unsupported` otherwise. Throws what the capture throws: `deviceNotFound`, `permissionDenied`,
   * `deviceInUse`; the old track goes on then.
   */
  async switchDevice(deviceId: string): Promise<void> {
    this.#assertOpen('switchDevice()');
    await this.#slot.switchDevice({ deviceId });
  }

  /** Sends no simulcast stream above this one, 0 the lowest. Local: the browser stops encoding them. */
  async setMaxSpatialLayer(spatialLayer: number): Promise<void> {
    this.#assertOpen('setMaxSpatialLayer()');
    if (this.kind !== 'video') throw new TureenError('invalidState', 'audio has no spatial layers');
    checkLayer(spatialLayer, 'spatialLayer');
    await this.#maxSpatialLayer.set(spatialLayer);
  }

  /** Takes it back from the others. An owned track is stopped. Resolves when the server knows, or is gone. */
  async close(): Promise<void> {
    await this.handleClosed('local', 'local')();
  }

  /** Statistics of the local sender. `invalidState` while it is not published. */
  async getStats(): Promise<RTCStatsReport> {
    const { media } = this.#lifecycle;
    if (media === null) throw new TureenError('invalidState', 'nothing is sent: there are no statistics');
    return media.getStats();
  }

  /** Statistics as the server has them. Wire: v3 `getProducerStats`. */
  async getServerStats(): Promise<readonly object[]> {
    return this.#stats.get();
  }

  /** Asks `getServerStats` again and again and emits `stats` (at the room `producerStats`), until `disableStats()` or closed. */
  enableStats(options?: StatsOptions): void {
    this.#assertOpen('enableStats()');
    this.#stats.enable(options);
  }

  disableStats(): void {
    this.#stats.disable();
  }

  snapshot(): ProducerSnapshot {
    return { id: this.id, kind: this.kind, source: this.source, paused: this.paused, loss: this.#loss };
  }

  /** @internal Resolves when it is published for the first time. */
  get ready(): Promise<void> {
    return this.#lifecycle.ready;
  }

  /** @internal The id of it that the server knew us to have when the connection dropped. */
  get held(): string | null {
    return this.#lifecycle.held;
  }

  /** @internal The session goes on, and it with it: what the server missed is told. */
  handleResumed(session: DialectSession, { paused }: { readonly paused: boolean }): void {
    this.#lifecycle.resume(session);
    this.#paused.restart(paused);
    this.#maxSpatialLayer.restart(this.#maxSpatialLayer.confirmed);
    this.#stats.restart();
  }

  /** @internal A session to publish on. A refusal closes the producer; a loss leaves it wanted. */
  handleSession(session: DialectSession): void {
    this.#lifecycle.start(session);
  }

  /** @internal The connection is gone; media may flow on, and the producer is wanted still. */
  handleSessionLost(): void {
    this.#lifecycle.handleLost();
  }

  /** @internal A transport was made anew: what went with the old one is sent over this one. */
  handleRebuilt(session: DialectSession): void {
    this.#lifecycle.handleRebuilt(session);
  }

  /** @internal The server paused or resumed it. */
  handleServerPaused(isPaused: boolean, by: Actor): void {
    if (this.#closed || this.#pausedByServer === isPaused) return;
    const before = this.paused;
    this.#pausedByServer = isPaused;
    if (isPaused) this.#lifecycle.media?.pause();
    else if (!this.#paused.requested) this.#lifecycle.media?.resume();
    if (before !== this.paused) this.#emitPause(this.paused, by);
  }

  /** @internal */
  handleScore(score: readonly StreamScore[]): void {
    this.#score = score;
    emitOn(this, 'score', { score });
    this.#context.announce('producerScore', { producer: this, score });
  }

  /** @internal */
  handleStats(stats: readonly object[]): void {
    this.#stats.handle(stats);
  }

  /** @internal */
  handleClosed(by: Actor, reason: CloseReason): () => Promise<void> {
    if (this.#closed) return async () => {};
    this.#closed = true;
    const error = new TureenError('closed', 'the producer is closed');
    const { isReady } = this.#lifecycle;
    const retract = this.#lifecycle.close(error);
    this.#paused.close(error);
    this.#maxSpatialLayer.close(error);
    this.#stats.disable();
    this.#slot.release();
    this.#onClosed(this);
    emitOn(this, 'closed', { by, reason });
    // One that never was published was never there for the room.
    if (isReady) this.#context.announce('producerClosed', { producer: this, by, reason });
    this.removeAllListeners();
    return retract;
  }

  #publish(session: DialectSession): Publishing<MediaProducer> | null {
    const { track } = this.#slot;
    this.#waitsForTrack = this.#lifecycle.isReady && this.#slot.ended;
    if (this.#waitsForTrack) return null;
    const { encodings, codecOptions, codec } = this.#options;
    const paused = this.#paused.requested;
    return {
      media: session.produce({ track, paused, appData: this.appData, encodings, codecOptions, codec }),
      onPublished: async (media) => {
        this.#pausedByServer = false;
        if (paused) media.pause();
        if (this.#slot.track !== track) await media.replaceTrack(this.#slot.track);
        this.#paused.restart(paused);
        this.#maxSpatialLayer.restart(null);
        this.#stats.restart();
        this.#context.invalidate();
        this.#lifecycle.markReady();
      },
    };
  }

  async #send(track: MediaStreamTrack): Promise<void> {
    await this.#lifecycle.settled;
    const { media } = this.#lifecycle;
    try {
      if (media?.closed === false) await media.replaceTrack(track);
    } catch (error) {
      // One that went with its transport is no matter: what is published next has the track of then.
      if (media?.closed === false) throw error;
    }
  }

  async #setPaused(isPaused: boolean, reason?: TrackFailure): Promise<void> {
    this.#assertOpen(isPaused ? 'pause()' : 'resume()');
    const before = this.paused;
    const settled = this.#paused.set(isPaused);
    if (!isPaused && this.#pausedByServer) {
      this.#pausedByServer = false;
      const { current } = this.#lifecycle;
      if (current !== null && this.#paused.confirmed === isPaused)
        await current.session.setProducerPaused(current.media.id, false);
    }
    if (isPaused) this.#lifecycle.media?.pause();
    else this.#lifecycle.media?.resume();
    if (before !== this.paused) this.#emitPause(isPaused, 'local', reason);
    await settled;
  }

  #showPaused(isPaused: boolean, by: Actor): void {
    if (isPaused) this.#lifecycle.media?.pause();
    else if (!this.#pausedByServer) this.#lifecycle.media?.resume();
    this.#emitPause(isPaused, by);
  }

  #emitPause(isPaused: boolean, by: Actor, reason?: TrackFailure): void {
    emitOn(this, isPaused ? 'paused' : 'resumed', { by, reason });
    this.#context.announce(isPaused ? 'producerPaused' : 'producerResumed', { producer: this, by, reason });
  }

  /** Whether another track is wanted in its place at once. */
  #handleTrackEnded(track: MediaStreamTrack): boolean {
    emitOn(this, 'trackEnded', { track });
    if (this.#closed) return false;
    if (!screenSources.has(this.source)) {
      this.#loss = 'trackEnded';
      this.#context.invalidate();
      // Paused by a wish: no camera comes on before `resume()`.
      return !this.#paused.requested || this.#isPausedByLoss;
    }
    // The browser's own "stop sharing" button: that is a wish to stop.
    inBackground(this.#context, 'closeProducer', this.handleClosed('local', 'trackEnded')());
    return false;
  }

  #handleLost(loss: TrackFailure): void {
    this.#loss = loss;
    this.#context.invalidate();
    if (this.#paused.requested) return;
    this.#isPausedByLoss = true;
    inBackground(this.#context, 'pauseProducer', this.#setPaused(true, loss));
  }

  #handleReplaced(reason: DeviceChangeReason | null): void {
    this.#loss = null;
    const { session } = this.#context;
    if (this.#waitsForTrack && session !== null) this.handleSession(session);
    if (reason !== null) {
      const { track } = this;
      const change = { deviceId: track.getSettings().deviceId ?? '', label: track.label, reason };
      emitOn(this, 'deviceChanged', change);
      this.#context.announce('producerDeviceChanged', { producer: this, ...change });
    }
    if (!this.#isPausedByLoss || this.#closed) return;
    this.#isPausedByLoss = false;
    inBackground(this.#context, 'resumeProducer', this.#setPaused(false));
  }

  #current(): { session: DialectSession; media: MediaProducer } {
    const { current } = this.#lifecycle;
    if (current === null) throw connectionDropped();
    return current;
  }

  #assertOpen(call: string): void {
    if (this.#closed) throw new TureenError('invalidState', `${call} on a closed producer`);
  }
}
