import type { ServerStat, Source } from '@tureen/protocol/common';
import { emitOn } from '../../shared/TypedEmitter.ts';
import type { LocalTrack } from '../../devices/LocalTrack.ts';
import type { MediaProducer } from '../../media/MediaEngine.ts';
import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { TureenError } from '../../shared/errors.ts';
import { EntityStats } from '../EntityStats.ts';
import type { MediaController } from '../MediaEntity.ts';
import type { DialectSession } from '../DialectPort.ts';
import type { Actor, StreamScore } from '../entityInfo.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import type { ProducerCloseReason } from '../closeReasons.ts';
import type { RoomEvents } from '../events.ts';
import type { ProduceOptions } from '../options.ts';
import { type DeviceChangeReason, ManagedTrack, type TrackFailure } from './ManagedTrack.ts';
import { type Producer, type ProducerEvents, createProducer } from './Producer.ts';
import { ProducerLifecycle } from './ProducerLifecycle.ts';
import { ProducerPause } from './ProducerPause.ts';
import { TrackFailurePolicy } from './TrackFailurePolicy.ts';

export interface ProducerControllerOptions {
  readonly context: RoomContext;
  readonly localId: string;
  readonly local: LocalTrack;
  readonly options: ProduceOptions;
  /** The producer has closed, and emits `closed` next. */
  readonly onClosed: (controller: ProducerController) => void;
}

const screenSources: ReadonlySet<string> = new Set(['screen', 'screenAudio']);

/** State of one producer, and its handlers for the server's notifications. The app gets the `Producer`. */
export class ProducerController implements MediaController {
  readonly context: RoomContext;
  readonly kind: 'audio' | 'video';
  readonly source: Source;
  readonly localId: string;
  readonly track: ManagedTrack;
  readonly failures = new TrackFailurePolicy();
  readonly lifecycle: ProducerLifecycle<MediaProducer>;
  readonly maxSpatialLayer: SyncedSetting<number | null>;
  readonly stats: EntityStats;
  readonly producer: Producer;
  score: readonly StreamScore[] | null = null;
  isClosed = false;
  readonly #options: ProduceOptions;
  readonly #onClosed: (controller: ProducerController) => void;
  readonly #pause: ProducerPause;

  constructor({ context, localId, local, options, onClosed }: ProducerControllerOptions) {
    this.context = context;
    this.localId = localId;
    this.kind = local.kind;
    this.source = options.source ?? 'unknown';
    this.#options = options;
    this.#onClosed = onClosed;
    this.track = new ManagedTrack(local, {
      clock: context.clock,
      send: (track) => this.#send(track),
      onEnded: (track) => this.#handleTrackEnded(track),
      onLost: (failure) => {
        this.#handleTrackLost(failure);
      },
      shouldRecapture: () => this.failures.shouldRecapture,
      onReplaced: (reason) => {
        this.#handleTrackReplaced(reason);
      },
      onMuteChanged: (muted) => {
        this.#emit('muteChanged', { muted }, 'producerMuteChanged');
      },
    });
    this.lifecycle = new ProducerLifecycle({
      context,
      method: 'produce',
      restart: (session) => {
        this.start(session);
      },
      closeAtServer: (session, id) => session.closeProducer(id),
      onRefused: (error) => {
        // The device failed during the publication.
        if (this.#awaitTrack()) return;
        this.lifecycle.fail(error);
        this.handleClosed('server', 'server');
      },
    });
    this.#pause = new ProducerPause({
      initial: options.paused ?? false,
      lifecycle: this.lifecycle,
      onChanged: (isPaused, by, reason) => {
        if (this.isClosed) return;
        if (isPaused) this.#emit('paused', { by, reason }, 'producerPaused');
        else this.#emit('resumed', { by }, 'producerResumed');
      },
    });
    this.maxSpatialLayer = new SyncedSetting<number | null>({
      initial: null,
      isReady: () => this.lifecycle.current !== null,
      apply: async (layer) => {
        if (layer !== null) await this.lifecycle.requireCurrent().media.setMaxSpatialLayer(layer);
      },
    });
    this.stats = new EntityStats(
      context,
      () => {
        const id = this.lifecycle.current?.media.id;
        return id === undefined ? null : { type: 'producer', id };
      },
      (stats) => {
        this.#emit('stats', { stats }, 'producerStats');
      },
    );
    this.producer = createProducer(this);
  }

  get isPaused(): boolean {
    return this.#pause.isPaused;
  }

  get appData(): Readonly<Record<string, unknown>> {
    return { ...this.#options.appData, source: this.source };
  }

  async getStats(): Promise<RTCStatsReport> {
    const { media } = this.lifecycle;
    if (media === null) throw new TureenError('invalidState', 'the producer is not published');
    return media.getStats();
  }

  assertOpen(call: string): void {
    if (this.isClosed) throw new TureenError('invalidState', `${call} on a closed producer`);
  }

  /** Publishes the producer on a session, once it has a live track. */
  start(session: DialectSession): void {
    this.lifecycle.run(session, () => {
      if (this.#awaitTrack()) return null;
      const { track } = this.track;
      const { encodings, codecOptions, codec } = this.#options;
      const paused = this.#pause.requested;
      return {
        media: session.produce({ track, paused, appData: this.appData, encodings, codecOptions, codec }),
        onPublished: async (media) => {
          this.#pause.handlePublished();
          if (paused) media.pause();
          if (this.track.track !== track) await media.replaceTrack(this.track.track);
          this.#pause.restart(paused);
          this.maxSpatialLayer.restart(null);
          this.stats.restart();
          this.context.invalidate();
          this.lifecycle.markReady();
        },
      };
    });
  }

  async pause(): Promise<void> {
    this.failures.handlePausedByApp();
    await this.#setPaused(true);
  }

  async resume(): Promise<void> {
    this.assertOpen('resume()');
    if (this.track.ended) await this.track.reopen();
    await this.#setPaused(false);
  }

  /** Closes the producer here and at the server. Resolves when the server has confirmed. Idempotent. */
  async close(reason: ProducerCloseReason): Promise<void> {
    await this.handleClosed('local', reason)();
  }

  /** Closes all parts of the producer and emits `closed`. The returned function closes the producer at the server. Idempotent. */
  handleClosed(by: Actor, reason: ProducerCloseReason, detail?: string): () => Promise<void> {
    if (this.isClosed) return async () => {};
    this.isClosed = true;
    const error = new TureenError('closed', 'the producer is closed');
    const { isReady } = this.lifecycle;
    const closeAtServer = this.lifecycle.close(error);
    this.#pause.close(error);
    this.maxSpatialLayer.close(error);
    this.stats.disable();
    this.track.release();
    this.#onClosed(this);
    // The room never had a producer that was not published.
    this.#emit('closed', { by, reason, detail }, isReady ? 'producerClosed' : undefined);
    this.producer.removeAllListeners();
    return closeAtServer;
  }

  /** The session was resumed with this producer. `paused` is the server's state. */
  handleResumed(session: DialectSession, { paused }: { readonly paused: boolean }): void {
    this.lifecycle.resume(session);
    this.#pause.handleResumed(paused);
    this.maxSpatialLayer.restart(this.maxSpatialLayer.confirmed);
    this.stats.restart();
  }

  /** The server paused or resumed the producer. */
  handleServerPaused(isPaused: boolean, by: Actor): void {
    if (!this.isClosed) this.#pause.handleServerPaused(isPaused, by);
  }

  handleScore(score: readonly StreamScore[]): void {
    this.score = score;
    this.#emit('score', { score }, 'producerScore');
  }

  /** Statistics that the server sends at its interval. */
  handleStats(stats: readonly ServerStat[]): void {
    this.stats.handle(stats);
  }

  /** Returns whether a producer that was published before must wait for a live track. */
  #awaitTrack(): boolean {
    const isAwaiting = this.lifecycle.isReady && this.track.ended;
    if (isAwaiting) this.failures.awaitTrack();
    return isAwaiting;
  }

  async #send(track: MediaStreamTrack): Promise<void> {
    await this.lifecycle.settled;
    const { media } = this.lifecycle;
    try {
      if (media?.closed === false) await media.replaceTrack(track);
    } catch (error) {
      // Where the transport closed meanwhile, the next publication sends the track.
      if (media?.closed === false) throw error;
    }
  }

  async #setPaused(isPaused: boolean, reason?: TrackFailure): Promise<void> {
    this.assertOpen(isPaused ? 'pause()' : 'resume()');
    await this.#pause.set(isPaused, reason);
  }

  /** Returns whether to capture another track at once. */
  #handleTrackEnded(track: MediaStreamTrack): boolean {
    this.#emit('trackEnded', { track });
    if (this.isClosed) return false;
    if (screenSources.has(this.source)) {
      // The user clicked the browser's "stop sharing" button.
      inBackground(this.context, 'closeProducer', this.close('trackEnded'));
      return false;
    }
    const shouldRecapture = this.failures.handleEnded(this.#pause.requested);
    this.context.invalidate();
    return shouldRecapture;
  }

  #handleTrackLost(failure: TrackFailure): void {
    const shouldPause = this.failures.handleLost(failure, this.#pause.requested);
    this.context.invalidate();
    if (shouldPause) inBackground(this.context, 'pauseProducer', this.#setPaused(true, failure));
  }

  /** `reason` is null for a track of the app. */
  #handleTrackReplaced(reason: DeviceChangeReason | null): void {
    const shouldPublish = this.failures.handleReplaced();
    const { session } = this.context;
    this.context.invalidate();
    if (shouldPublish && session !== null) this.start(session);
    if (reason !== null) {
      const { track } = this.track;
      const change = { deviceId: track.getSettings().deviceId ?? '', label: track.label, reason };
      this.#emit('deviceChanged', change, 'producerDeviceChanged');
    }
    // A listener of `deviceChanged` may have paused or closed the producer.
    if (this.failures.takeResume() && !this.isClosed)
      inBackground(this.context, 'resumeProducer', this.#setPaused(false));
  }

  /** Emits on the producer, and `roomEvent` on the room. */
  #emit<K extends keyof ProducerEvents, R extends keyof RoomEvents>(
    event: K,
    payload: ProducerEvents[K],
    roomEvent?: R & (RoomEvents[R] extends ProducerEvents[K] & { producer: Producer } ? unknown : never),
  ): void {
    const { producer } = this;
    emitOn(producer, event, payload);
    if (roomEvent !== undefined) this.context.announce(roomEvent, { producer, ...payload } as unknown as RoomEvents[R]);
  }
}
