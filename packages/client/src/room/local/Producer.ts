import type { AppData, ServerStat, Source } from '@tureen/protocol/common';
import { borrowTrack } from '../../devices/LocalTrack.ts';
import { constructorKey, requireConstructorKey } from '../../shared/constructorKey.ts';
import { checkValue } from '../../shared/checks/development.ts';
import { TureenError } from '../../shared/errors.ts';
import { checkLayer, checkTrack } from '../checks.ts';
import { MediaEntity } from '../MediaEntity.ts';
import type { Actor, StreamScore } from '../entityInfo.ts';
import type { ProducerCloseReason } from '../closeReasons.ts';
import type { ProducerSnapshot } from '../snapshots.ts';
import type { DeviceChangeReason, TrackFailure } from './ManagedTrack.ts';
import type { ProducerController } from './ProducerController.ts';

/** Events emitted by a producer. The room re-emits each with the producer in its payload. */
export interface ProducerEvents {
  /** With a `reason` when the track failed, and no call paused the producer. */
  paused: { by: Actor; reason?: TrackFailure | undefined };
  resumed: { by: Actor };
  score: { score: readonly StreamScore[] };
  /**
   * The track ended, and the app did not stop it: device unplugged, permission revoked, sharing stopped. A screen share closes.
   * For a camera or microphone captured by Tureen another device is opened (`deviceChanged`), or the producer is `paused` with a
   * reason.
   */
  trackEnded: { track: MediaStreamTrack };
  /** The producer sends the track of another device, or of the same device captured again. */
  deviceChanged: { deviceId: string; label: string; reason: DeviceChangeReason };
  /** The source stopped delivering media (another program, a switch on the device, a headset that changes), or started again. */
  muteChanged: { muted: boolean };
  stats: { stats: readonly ServerStat[] };
  /** `detail`: text of a server whose reason the SDK does not know. */
  closed: { by: Actor; reason: ProducerCloseReason; detail?: string | undefined };
}

/** @internal */
export let createProducer: (controller: ProducerController) => Producer;

/**
 * Sending end of a local track. `room.produce()` and its sisters return producers. The object lives through reconnects, its `id` may
 * change then. `ProducerAppData` is the type of `appData`.
 */
export class Producer<ProducerAppData extends object = AppData> extends MediaEntity<ProducerEvents> {
  readonly #controller: ProducerController;

  static {
    createProducer = (controller) => new Producer(constructorKey, controller);
  }

  /** @internal */
  private constructor(key: symbol, controller: ProducerController) {
    requireConstructorKey(key, 'Producer');
    super(controller);
    this.#controller = controller;
  }

  /** Key in `room.producers`: stays the same through reconnects, and is there before the server assigns `id`. */
  get localId(): string {
    return this.#controller.localId;
  }

  /** Producer ID assigned by the server. Null until published. Changes after a rejoin. */
  get id(): string | null {
    return this.#controller.lifecycle.id;
  }

  get track(): MediaStreamTrack {
    return this.#controller.track.track;
  }

  /** Whether Tureen stops the track at the end (`owned`) or the app does (`borrowed`). */
  get ownership(): 'owned' | 'borrowed' {
    return this.#controller.track.ownership;
  }

  /** Underlying sender, for encoded streams. Undefined until published. Changes after a rejoin. */
  get rtpSender(): RTCRtpSender | undefined {
    return this.#controller.lifecycle.media?.rtpSender;
  }

  /** Why the producer has no live track; null while it has one. A producer without a live track is paused. */
  get loss(): TrackFailure | null {
    return this.#controller.failures.failure;
  }

  /** `appData` that the app gave, with `source` added. */
  get appData(): Readonly<ProducerAppData & { source: Source }> {
    return this.#controller.appData as ProducerAppData & { source: Source };
  }

  /** One score per stream. Null until the server sends scores. */
  get score(): readonly StreamScore[] | null {
    return this.#controller.score;
  }

  /** Highest simulcast stream that is sent. Null means all. */
  get maxSpatialLayer(): number | null {
    return this.#controller.maxSpatialLayer.requested;
  }

  /** Pauses at once; resolves when the server has confirmed. Rejects and rolls back when the server refuses. */
  async pause(): Promise<void> {
    await this.#controller.pause();
  }

  /**
   * Resumes. A lost camera or microphone is captured first: rejects with the error of the capture (`deviceNotFound`,
   * `permissionDenied`, `deviceInUse`, `captureFailed`), and with `unsupported` where the app had given the track.
   */
  async resume(): Promise<void> {
    await this.#controller.resume();
  }

  /**
   * Replaces the track with another track of the same kind, without renegotiation. An owned old track is stopped; the new track
   * stays the app's. A producer that was paused because its track ended resumes. Rejects with `invalidArgument` for a track of the
   * other kind, or a track that has ended.
   */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    this.#controller.assertOpen('replaceTrack()');
    checkTrack(track, this.kind);
    await this.#controller.track.replace(borrowTrack(track));
  }

  /**
   * Switches to another camera or microphone without renegotiation. Only for tracks captured by Tureen (`enableCamera`,
   * `enableMicrophone`): rejects with `unsupported` otherwise. Rejects with the error of the capture (`deviceNotFound`,
   * `permissionDenied`, `deviceInUse`) and then keeps the old track.
   */
  async switchDevice(deviceId: string): Promise<void> {
    this.#controller.assertOpen('switchDevice()');
    checkValue(deviceId, 'deviceId', 'string');
    await this.#controller.track.switchDevice({ deviceId });
  }

  /** Sends no simulcast stream above this one, 0 the lowest. Local: the browser stops encoding them. */
  async setMaxSpatialLayer(spatialLayer: number): Promise<void> {
    this.#controller.assertOpen('setMaxSpatialLayer()');
    if (this.kind !== 'video') throw new TureenError('invalidState', 'audio has no spatial layers');
    checkLayer(spatialLayer, 'spatialLayer');
    await this.#controller.maxSpatialLayer.set(spatialLayer);
  }

  /** Stops sending. An owned track is stopped. Resolves when the server has confirmed, or the connection is gone. */
  async close(): Promise<void> {
    await this.#controller.close('local');
  }

  /** Returns the producer as plain data. */
  snapshot(): ProducerSnapshot {
    const { localId, id, kind, source, paused, loss } = this;
    return { localId, id, kind, source, paused, loss };
  }
}
