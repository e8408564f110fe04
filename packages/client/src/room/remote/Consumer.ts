import type { ServerStat } from '@tureen/protocol/common';
import { checkValue } from '../../shared/checks/development.ts';
import { TureenError } from '../../shared/errors.ts';
import { constructorKey, requireConstructorKey } from '../../shared/constructorKey.ts';
import { checkLayer, checkPriority } from '../checks.ts';
import { MediaEntity } from '../MediaEntity.ts';
import type { PeerOf, RoomAppData } from '../appData.ts';
import type { Actor, ConsumerScore, Layers } from '../entityInfo.ts';
import { requireCapability, requireSession } from '../RoomContext.ts';
import type { ConsumerCloseReason } from '../closeReasons.ts';
import type { ConsumerSnapshot } from '../snapshots.ts';
import type { ConsumerController } from './ConsumerController.ts';

/** Events emitted by a consumer. The room re-emits each with the consumer in its payload. */
export interface ConsumerEvents {
  paused: { by: Actor };
  resumed: { by: Actor };
  /** Layers that the server sends; both null while it sends none. */
  layersChanged: { spatialLayer: number | null; temporalLayer: number | null; profile?: string | undefined };
  preferredLayersSet: { spatialLayer: number | null; temporalLayer: number | null; profile?: string | undefined };
  score: { score: ConsumerScore };
  /** The consumer has its track, or another track after a reconnect. Attached elements play the new track. */
  trackChanged: { track: MediaStreamTrack };
  /** The first frame, or the first sound, of an attached element. */
  playing: { element: HTMLMediaElement };
  stats: { stats: readonly ServerStat[] };
  /** `detail`: text of a server whose reason the SDK does not know. */
  closed: { reason: ConsumerCloseReason; detail?: string | undefined };
}

/** @internal */
export let createConsumer: (controller: ConsumerController) => Consumer;

/**
 * Receiving end of a remote peer's track. The room creates consumers; see `newConsumer`. The object lives through reconnects, its
 * `id` and `track` may change then. `ConsumerAppData` is what the app expects as `appData`, and `Types` in the room; see
 * {@link RoomAppData}.
 */
export class Consumer<
  ConsumerAppData = unknown,
  Types extends RoomAppData = RoomAppData,
> extends MediaEntity<ConsumerEvents> {
  readonly #controller: ConsumerController;

  static {
    createConsumer = (controller) => new Consumer(constructorKey, controller);
  }

  /** @internal */
  private constructor(key: symbol, controller: ConsumerController) {
    requireConstructorKey(key, 'Consumer');
    super(controller);
    this.#controller = controller;
  }

  /** Remote peer whose track this is. */
  get peer(): PeerOf<Types> {
    return this.#controller.peer.peer as PeerOf<Types>;
  }

  /** Consumer ID assigned by the server. Changes after a rejoin. */
  get id(): string {
    return this.#controller.id;
  }

  /** ID of the remote peer's producer. */
  get producerId(): string {
    return this.#controller.offer.producerId;
  }

  /** How the remote peer encodes: one stream, several, or one stream with layers. */
  get type(): 'simple' | 'simulcast' | 'svc' {
    return this.#controller.offer.type;
  }

  /** `appData` that the remote peer gave when it produced. Unchecked. */
  get appData(): ConsumerAppData {
    return this.#controller.offer.appData as ConsumerAppData;
  }

  /** False where this browser cannot decode the codec: `track` stays null. */
  get supported(): boolean {
    return this.#controller.offer.supported;
  }

  /** Received track. Null while not subscribed, not supported, or not yet restored after a reconnect. */
  get track(): MediaStreamTrack | null {
    return this.#controller.media.track;
  }

  /** Underlying receiver, for encoded streams or jitter buffer targets. Changes after a reconnect. */
  get rtpReceiver(): RTCRtpReceiver | undefined {
    return this.#controller.media.rtpReceiver;
  }

  /** Whether the app paused the consumer. */
  get localPaused(): boolean {
    return this.#controller.isLocalPaused;
  }

  /** Whether the remote peer paused its producer. */
  get remotePaused(): boolean {
    return this.#controller.isRemotePaused;
  }

  /** Whether the room subscribes to the track; see `setSubscribed`. */
  get subscribed(): boolean {
    return this.#controller.isSubscribed;
  }

  /** Null until the server sends a score. */
  get score(): ConsumerScore | null {
    return this.#controller.score;
  }

  /** Requested layers. Null means the highest. */
  get preferredLayers(): Layers | null {
    return this.#controller.settings.preferredLayers.requested;
  }

  /** Layers that the server sends. Null while it sends none, or while they are unknown. */
  get currentLayers(): Layers | null {
    return this.#controller.currentLayers;
  }

  /** 1 to 255, default 1. */
  get priority(): number {
    return this.#controller.settings.priority.requested;
  }

  /** Pauses at the server, which then sends nothing. Rejects and rolls back when the server refuses. */
  async pause(): Promise<void> {
    await this.#controller.setLocalPaused(true);
  }

  /** Resumes after `pause`. The server requests a key frame from the source. */
  async resume(): Promise<void> {
    await this.#controller.setLocalPaused(false);
  }

  /**
   * Subscribes to the track, or unsubscribes. `false` stops it at the server; `true` starts it (again) and resolves once `track`
   * is there. Required to receive anything under `consume: 'manual'`. Rejects with `unsupportedCodec`, `mediaFailed`.
   */
  async setSubscribed(subscribed: boolean): Promise<void> {
    this.#controller.assertOpen('setSubscribed()');
    checkValue(subscribed, 'subscribed', 'boolean');
    if (subscribed && !this.supported)
      throw new TureenError('unsupportedCodec', `this browser cannot decode the ${this.kind} track`);
    await this.#controller.setSubscribed(subscribed);
  }

  /**
   * Limits which simulcast or SVC layers the server sends. Wire: v3 `setConsumerPreferredLayers`. Rejects with `unsupported`
   * where the dialect has no layers, and with `invalidArgument`.
   */
  async setPreferredLayers(layers: Layers): Promise<void> {
    const { context, settings } = this.#controller;
    this.#controller.assertOpen('setPreferredLayers()');
    requireCapability(
      context,
      context.capabilities.layers !== 'none',
      'setPreferredLayers()',
      'Let the server choose by bandwidth.',
    );
    checkValue(layers, 'layers', 'object');
    checkLayer(layers.spatialLayer, 'spatialLayer');
    if (layers.temporalLayer !== undefined) checkLayer(layers.temporalLayer, 'temporalLayer');
    const confirmed = settings.preferredLayers.set({ ...layers });
    context.invalidate();
    await confirmed;
  }

  /** Sets which consumers get bandwidth first, 1 to 255. Wire: v3 `setConsumerPriority`. */
  async setPriority(priority: number): Promise<void> {
    const { context, settings } = this.#controller;
    this.#controller.assertOpen('setPriority()');
    requireCapability(context, context.capabilities.priority, 'setPriority()', 'Pause consumers that matter less.');
    checkPriority(priority);
    await settings.priority.set(priority);
  }

  /**
   * Requests a key frame from the source. Rejects with `unsupported` where the dialect has no such request. Wire: v3
   * `requestConsumerKeyFrame`.
   */
  async requestKeyFrame(): Promise<void> {
    const { context, id } = this.#controller;
    this.#controller.assertOpen('requestKeyFrame()');
    requireCapability(
      context,
      context.capabilities.keyFrameRequest,
      'requestKeyFrame()',
      'Pause and resume: the server then requests a key frame.',
    );
    await requireSession(context, 'requestKeyFrame()').requestKeyFrame(id);
  }

  /**
   * Closes the consumer, its media and its attachments. Idempotent. To subscribe again later use `setSubscribed(false)` instead.
   * Emits `closed`, and `consumerClosed` at the room.
   */
  async close(): Promise<void> {
    await this.#controller.close();
  }

  /**
   * Plays the track in `element`, or in a new `<audio>` or `<video>`. Consumers may share an element: their sound is played in
   * sync, with the picture attached last. An element that leaves the document plays again when it returns. The room emits
   * `playbackBlocked` where the browser requires a user gesture, `playbackPaused` where something else paused the element; a
   * second `attach()` plays it again.
   */
  attach<E extends HTMLMediaElement = HTMLMediaElement>(element?: E): E {
    this.#controller.assertOpen('attach()');
    checkValue(element, 'element', 'object | undefined');
    const target = element ?? (document.createElement(this.kind) as unknown as E);
    this.#controller.media.attach(target);
    return target;
  }

  /** Detaches from `element`, or from all elements. */
  detach(element?: HTMLMediaElement): void {
    this.#controller.media.detach(element);
  }

  /** Returns the consumer as plain data. */
  snapshot(): ConsumerSnapshot {
    const { id, producerId, kind, source, paused, localPaused, remotePaused, subscribed, supported } = this;
    const { preferredLayers, currentLayers, score } = this;
    return {
      id,
      producerId,
      kind,
      source,
      paused,
      localPaused,
      remotePaused,
      subscribed,
      supported,
      preferredLayers,
      currentLayers,
      score,
    };
  }
}
