import type { ServerStat, Source } from '@tureen/protocol/common';
import { emitOn } from '../../shared/TypedEmitter.ts';
import { TureenError, isConnectionLoss } from '../../shared/errors.ts';
import { EntityStats } from '../EntityStats.ts';
import type { MediaController } from '../MediaEntity.ts';
import type { ConsumeSettings, DialectSession, ResumedConsumer } from '../DialectPort.ts';
import type { Actor, ConsumerOffer, ConsumerScore, Layers } from '../entityInfo.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import type { Closing, ConsumerCloseReason } from '../closeReasons.ts';
import type { RoomEvents } from '../events.ts';
import { type Consumer, type ConsumerEvents, createConsumer } from './Consumer.ts';
import { ConsumerMedia } from './ConsumerMedia.ts';
import { ConsumerSettings, sameLayers } from './ConsumerSettings.ts';
import type { PeerController } from './PeerController.ts';

export interface ConsumerControllerOptions {
  readonly context: RoomContext;
  readonly peer: PeerController;
  readonly offer: ConsumerOffer;
  readonly isSubscribed: boolean;
  /** The app closed the consumer: removes it from the room. */
  readonly onClose: (controller: ConsumerController) => void;
}

/** State of one consumer, and its handlers for the server's notifications. The app gets the `Consumer`. */
export class ConsumerController implements MediaController {
  readonly context: RoomContext;
  readonly peer: PeerController;
  readonly settings: ConsumerSettings;
  readonly media: ConsumerMedia;
  readonly stats: EntityStats;
  readonly consumer: Consumer;
  isLocalPaused = false;
  isRemotePaused: boolean;
  isSubscribed: boolean;
  score: ConsumerScore | null = null;
  currentLayers: Layers | null = null;
  readonly #onClose: (controller: ConsumerController) => void;
  /** Session whose server has this consumer; null while reconnecting. */
  #session: DialectSession | null = null;
  /** `announced`: the room has emitted `newConsumer`, and re-emits the consumer's events from then on. */
  #phase: 'pending' | 'announced' | 'closed' = 'pending';

  constructor({ context, peer, offer, isSubscribed, onClose }: ConsumerControllerOptions) {
    this.context = context;
    this.peer = peer;
    this.isRemotePaused = offer.remotePaused;
    this.isSubscribed = isSubscribed;
    this.#onClose = onClose;
    this.settings = new ConsumerSettings({
      current: () => (this.#session === null ? null : { session: this.#session, id: this.id }),
      onStopRefused: (isStopped) => {
        this.#handleStopRefused(isStopped);
      },
      onLayersRefused: context.invalidate,
    });
    this.media = new ConsumerMedia({
      context,
      offer,
      initialSettings: () => ({ paused: this.#isStopped, preferredLayers: this.settings.preferredLayers.requested }),
      onPlaying: (element) => {
        this.#emit('playing', { element });
      },
      onBlocked: (element, error) => {
        context.announce('playbackBlocked', { consumer: this.consumer, element, error });
      },
      onElementPaused: (element) => {
        context.announce('playbackPaused', { consumer: this.consumer, element });
      },
      onTrack: (track, session, settings) => {
        this.#handleTrack(track, session, settings);
      },
    });
    this.stats = new EntityStats(
      context,
      () => (this.#session === null ? null : { type: 'consumer', id: this.id }),
      (stats) => {
        this.#emit('stats', { stats }, 'consumerStats');
      },
    );
    this.consumer = createConsumer(this);
  }

  get offer(): ConsumerOffer {
    return this.media.offer;
  }

  get id(): string {
    return this.offer.id;
  }

  get kind() {
    return this.offer.kind;
  }

  get source(): Source {
    return this.offer.source;
  }

  get isPaused(): boolean {
    return this.isLocalPaused || this.isRemotePaused;
  }

  get isClosed(): boolean {
    return this.#phase === 'closed';
  }

  get isAnnounced(): boolean {
    return this.#phase === 'announced';
  }

  /** Whether the server of this session has the consumer. */
  get hasSession(): boolean {
    return this.#session !== null;
  }

  /** Whether the server must send nothing: paused by the app, or not subscribed. */
  get #isStopped(): boolean {
    return this.isLocalPaused || !this.isSubscribed;
  }

  getStats(): Promise<RTCStatsReport> {
    return this.media.getStats();
  }

  assertOpen(call: string): void {
    if (this.isClosed) throw new TureenError('invalidState', `${call} on a closed consumer`);
  }

  async setLocalPaused(isPaused: boolean): Promise<void> {
    this.assertOpen(isPaused ? 'pause()' : 'resume()');
    if (this.isLocalPaused !== isPaused) {
      this.isLocalPaused = isPaused;
      if (isPaused || this.isSubscribed) this.media.setPaused(isPaused);
      this.#emitPause(isPaused, 'local');
    }
    await this.settings.stopped.set(this.#isStopped);
  }

  async setSubscribed(isSubscribed: boolean): Promise<void> {
    this.isSubscribed = isSubscribed;
    this.context.invalidate();
    if (!isSubscribed) this.media.setPaused(true);
    else if (this.#session !== null) {
      try {
        await this.media.subscribe(this.#session);
      } catch (error) {
        // Undoes a failed subscription. After a connection loss the next session repeats it.
        if (!isConnectionLoss(error)) this.isSubscribed = false;
        this.context.invalidate();
        throw error;
      }
    }
    if (isSubscribed && !this.isLocalPaused) this.media.setPaused(false);
    await this.settings.stopped.set(this.#isStopped);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    const session = this.#session;
    this.#onClose(this);
    if (session !== null) await this.closeAtServer(session);
  }

  /** Closes at the server. Where the dialect has no such request, pauses the consumer, so that the server sends nothing. */
  async closeAtServer(session: DialectSession): Promise<void> {
    const { id } = this;
    await (this.context.capabilities.closeConsumer ? session.closeConsumer(id) : session.setConsumerPaused(id, true));
  }

  /** The server offers the consumer. Resolves once the track is there, or at once where the room does not subscribe. */
  async handleOffered(session: DialectSession, offer: ConsumerOffer): Promise<void> {
    this.media.offer = offer;
    this.handleRemotePaused(offer.remotePaused, 'remote');
    if (this.isSubscribed && offer.supported) await this.media.subscribe(session);
  }

  /** The server knows that the room has the consumer, and sends. Applies the settings. */
  handleAccepted(session: DialectSession): void {
    this.#session = session;
    this.settings.restart();
    this.stats.restart();
    if (this.#isStopped) inBackground(this.context, 'pauseConsumer', this.settings.stopped.set(true));
  }

  /** The session was resumed with this consumer. Applies the changes that each end missed. */
  handleResumed(session: DialectSession, { paused, remotePaused }: ResumedConsumer): void {
    this.#session = session;
    this.handleRemotePaused(remotePaused, 'remote');
    this.settings.resume(paused);
    this.stats.restart();
    // The app may have subscribed while the room reconnected.
    if (this.isSubscribed && this.offer.supported && !this.isClosed)
      inBackground(this.context, 'newConsumer', this.media.subscribe(session));
  }

  /** A transport was rebuilt. Returns the offer to subscribe to again, or null where the track is unaffected. */
  handleRebuilt(): ConsumerOffer | null {
    if (this.#session === null || !this.media.isLost) return null;
    this.#session = null;
    return { ...this.offer, remotePaused: this.isRemotePaused };
  }

  /** The room has emitted `newConsumer`. */
  handleAnnounced(): void {
    this.#phase = 'announced';
  }

  /** The session ended. The next session may offer the consumer again. */
  handleSessionLost(): void {
    this.#session = null;
  }

  handleRemotePaused(isPaused: boolean, by: Actor): void {
    if (this.isClosed || this.isRemotePaused === isPaused) return;
    this.isRemotePaused = isPaused;
    this.#emitPause(isPaused, by);
  }

  handleLayers(layers: Layers | null, profile?: string): void {
    // Servers repeat the layers after a resume.
    if (layers !== null && sameLayers(layers, this.currentLayers)) return;
    this.currentLayers = layers;
    this.#emit('layersChanged', layersPayload(layers, profile), 'consumerLayersChanged');
  }

  handlePreferredLayers(layers: Layers | null, profile?: string): void {
    this.settings.preferredLayers.accept(layers);
    this.#emit('preferredLayersSet', layersPayload(layers, profile), 'consumerPreferredLayersSet');
  }

  handleScore(score: ConsumerScore): void {
    this.score = score;
    this.#emit('score', { score }, 'consumerScore');
  }

  /** Statistics that the server sends at its interval. */
  handleStats(stats: readonly ServerStat[]): void {
    this.stats.handle(stats);
  }

  /** Closes all parts of the consumer and emits `closed`. Idempotent. */
  handleClosed({ reason, detail }: Closing<ConsumerCloseReason>): void {
    if (this.isClosed) return;
    const { consumer, isAnnounced } = this;
    this.#phase = 'closed';
    this.#session = null;
    this.settings.close(new TureenError('closed', 'the consumer is closed'));
    this.stats.disable();
    this.media.close();
    this.#emit('closed', { reason, detail });
    if (isAnnounced) this.context.announce('consumerClosed', { consumer, reason, detail });
    consumer.removeAllListeners();
  }

  #handleTrack(track: MediaStreamTrack, session: DialectSession, settings: ConsumeSettings): void {
    const { stopped } = this.settings;
    if (session.appliesInitialSettings === true && this.#session === session) {
      stopped.accept(settings.paused);
      inBackground(this.context, 'pauseConsumer', stopped.set(this.#isStopped));
    }
    this.#emit('trackChanged', { track });
  }

  /** The server refused to pause or to resume. `isStopped`: the server's state. */
  #handleStopRefused(isStopped: boolean): void {
    if (this.isClosed || this.#isStopped === isStopped) return;
    this.context.invalidate();
    this.isSubscribed ||= !isStopped;
    this.media.setPaused(isStopped);
    if (this.isLocalPaused === isStopped) return;
    this.isLocalPaused = isStopped;
    this.#emitPause(isStopped, 'server');
  }

  #emitPause(isPaused: boolean, by: Actor): void {
    if (isPaused) this.#emit('paused', { by }, 'consumerPaused');
    else this.#emit('resumed', { by }, 'consumerResumed');
  }

  /** Emits on the consumer and, once announced, `roomEvent` on the room. */
  #emit<K extends keyof ConsumerEvents, R extends keyof RoomEvents>(
    event: K,
    payload: ConsumerEvents[K],
    roomEvent?: R & (RoomEvents[R] extends ConsumerEvents[K] & { consumer: Consumer } ? unknown : never),
  ): void {
    const { consumer } = this;
    emitOn(consumer, event, payload);
    if (roomEvent !== undefined && this.isAnnounced)
      this.context.announce(roomEvent, { consumer, ...payload } as unknown as RoomEvents[R]);
  }
}

function layersPayload(layers: Layers | null, profile: string | undefined) {
  return {
    spatialLayer: layers?.spatialLayer ?? null,
    temporalLayer: layers?.temporalLayer ?? null,
    ...(profile === undefined ? {} : { profile }),
  };
}
