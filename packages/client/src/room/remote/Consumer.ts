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
  /** `localPaused` (by `local`) or `remotePaused` changed to true. */
  paused: { by: Actor };
  /** `localPaused` or `remotePaused` changed to false. */
  resumed: { by: Actor };
  /** Layers that the server sends; both null while it sends none. */
  layersChanged: { spatialLayer: number | null; temporalLayer: number | null; profile?: string | undefined };
  /** The server confirmed the preferred layers. mediasoup-v2 only. */
  preferredLayersSet: { spatialLayer: number | null; temporalLayer: number | null; profile?: string | undefined };
  /** The server sent a score. */
  score: { score: ConsumerScore };
  /** The consumer received its track, or another track after a reconnect. Attached elements play the new track. */
  trackChanged: { track: MediaStreamTrack };
  /** An attached element shows its first frame, or plays its first sound. */
  playing: { element: HTMLMediaElement };
  /** Statistics of the server, at each interval after `enableStats()`. */
  stats: { stats: readonly ServerStat[] };
  /** The consumer closed. `detail`: text of a server whose reason the SDK does not know. */
  closed: { reason: ConsumerCloseReason; detail?: string | undefined };
}

/** @internal */
export let createConsumer: (controller: ConsumerController) => Consumer;

/**
 * Receiving end of a remote peer's track. The room creates consumers and emits `newConsumer`. The object stays the same through
 * reconnects; its `id` and `track` may change. `ConsumerAppData` is the expected type of `appData`. `Types` are those of the
 * room; see {@link RoomAppData}.
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

  /** Remote peer that sends the track. */
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

  /** Encoding of the remote peer: one stream, several streams, or one stream with layers. */
  get type(): 'simple' | 'simulcast' | 'svc' {
    return this.#controller.offer.type;
  }

  /** `appData` that the remote peer passed to `produce()`. Unchecked. */
  get appData(): ConsumerAppData {
    return this.#controller.offer.appData as ConsumerAppData;
  }

  /** False where this browser cannot decode the codec; `track` stays null. */
  get supported(): boolean {
    return this.#controller.offer.supported;
  }

  /** Received track. Null while not subscribed, not supported, or not yet restored after a reconnect. */
  get track(): MediaStreamTrack | null {
    return this.#controller.media.track;
  }

  /** Underlying receiver, for encoded streams or jitter buffer targets. Changes with `track`. */
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

  /** Whether the room subscribes to the track; see `setSubscribed()`. */
  get subscribed(): boolean {
    return this.#controller.isSubscribed;
  }

  /** Last score from the server. Null until the server sends a score. */
  get score(): ConsumerScore | null {
    return this.#controller.score;
  }

  /** Requested layers. Null: the highest. */
  get preferredLayers(): Layers | null {
    return this.#controller.settings.preferredLayers.requested;
  }

  /** Layers that the server sends. Null while it sends none, or while they are unknown. */
  get currentLayers(): Layers | null {
    return this.#controller.currentLayers;
  }

  /** Requested priority, 1 to 255. Default 1. */
  get priority(): number {
    return this.#controller.settings.priority.requested;
  }

  /**
   * Pauses the consumer at the server, which then sends nothing. Rejects with `requestRefused` when the server refuses; the
   * consumer then resumes.
   */
  async pause(): Promise<void> {
    await this.#controller.setLocalPaused(true);
  }

  /** Resumes after `pause()`. The server requests a key frame from the source. */
  async resume(): Promise<void> {
    await this.#controller.setLocalPaused(false);
  }

  /**
   * Subscribes to the track, or unsubscribes. `false` stops the track at the server. `true` starts the track and resolves when
   * `track` is set. Required for any track under `consume: 'manual'`. Rejects with `unsupportedCodec` or `mediaFailed`.
   *
   * @example
   * ```ts
   * room.on('newConsumer', ({ consumer }) => {
   *   if (consumer.source === 'screen') void consumer.setSubscribed(true);
   * });
   * ```
   */
  async setSubscribed(subscribed: boolean): Promise<void> {
    this.#controller.assertOpen('setSubscribed()');
    checkValue(subscribed, 'subscribed', 'boolean');
    if (subscribed && !this.supported)
      throw new TureenError('unsupportedCodec', `this browser cannot decode the ${this.kind} track`);
    await this.#controller.setSubscribed(subscribed);
  }

  /**
   * Limits the simulcast or SVC layers that the server sends. Rejects with `unsupported` where the dialect has no layers, and
   * with `invalidArgument`. Wire: v3 `setConsumerPreferredLayers`.
   *
   * @example
   * ```ts
   * await consumer.setPreferredLayers({ spatialLayer: 0 });
   * ```
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

  /**
   * Sets the priority for bandwidth among the consumers of this room, 1 to 255. Rejects with `unsupported` where the dialect has
   * no priority. Wire: v3 `setConsumerPriority`.
   */
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
   * Closes the consumer, its media and its attachments. Idempotent. Use `setSubscribed(false)` instead to subscribe again later.
   * Emits `closed`; the room emits `consumerClosed`.
   */
  async close(): Promise<void> {
    await this.#controller.close();
  }

  /**
   * Plays the track in `element`, or in a new `<audio>` or `<video>`. Consumers may share an element, which plays all their sound
   * in sync and shows the picture attached last. An element that leaves the document plays again when it returns. The room emits
   * `playbackBlocked` where the browser requires a user gesture, and `playbackPaused` where something outside the SDK paused the
   * element. A second `attach()` plays the element again.
   *
   * @example
   * ```ts
   * room.on('newConsumer', ({ consumer, peer }) => {
   *   consumer.attach(document.querySelector<HTMLVideoElement>(`#video-${peer.id}`) ?? undefined);
   * });
   * ```
   */
  attach<E extends HTMLMediaElement = HTMLMediaElement>(element?: E): E {
    this.#controller.assertOpen('attach()');
    checkValue(element, 'element', 'object | undefined');
    const target = element ?? (document.createElement(this.kind) as unknown as E);
    this.#controller.media.attach(target);
    return target;
  }

  /** Detaches the track from `element`, or from all elements. */
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
