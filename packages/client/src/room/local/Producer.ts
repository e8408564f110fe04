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
  /** The producer paused. With a `reason` when the track failed, and no call paused the producer. */
  paused: { by: Actor; reason?: TrackFailure | undefined };
  /** The producer resumed. */
  resumed: { by: Actor };
  /** The server sent scores, one per stream. */
  score: { score: readonly StreamScore[] };
  /**
   * The track ended, and the app did not stop it: device unplugged, permission revoked, sharing stopped. A screen share closes.
   * For a camera or microphone that the SDK captured, the room opens another device (`deviceChanged`), or the producer pauses
   * with a reason.
   */
  trackEnded: { track: MediaStreamTrack };
  /** The producer sends the track of another device, or of the same device captured again. */
  deviceChanged: { deviceId: string; label: string; reason: DeviceChangeReason };
  /**
   * The source stopped delivering media, or started again. Causes: another program, a switch on the device, a headset that
   * changes its profile.
   */
  muteChanged: { muted: boolean };
  /** Statistics of the server, at each interval after `enableStats()`. */
  stats: { stats: readonly ServerStat[] };
  /** The producer closed. `detail`: text of a server whose reason the SDK does not know. */
  closed: { by: Actor; reason: ProducerCloseReason; detail?: string | undefined };
}

/** @internal */
export let createProducer: (controller: ProducerController) => Producer;

/**
 * Sending end of a local track. `room.produce()` and the `enable` calls return producers. The object stays the same through
 * reconnects; its `id` may change. `ProducerAppData` is the type of `appData`.
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

  /** Key in `room.producers`. Set from the start, and the same through reconnects. */
  get localId(): string {
    return this.#controller.localId;
  }

  /** Producer ID assigned by the server. Null until published. Changes after a rejoin. */
  get id(): string | null {
    return this.#controller.lifecycle.id;
  }

  /** Track that the producer sends. Changes with `replaceTrack()`, `switchDevice()` and each new capture. */
  get track(): MediaStreamTrack {
    return this.#controller.track.track;
  }

  /** Who stops the track: the SDK (`owned`) or the app (`borrowed`). */
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

  /** `appData` of the app, with `source` added. */
  get appData(): Readonly<ProducerAppData & { source: Source }> {
    return this.#controller.appData as ProducerAppData & { source: Source };
  }

  /** One score per stream. Null until the server sends scores. */
  get score(): readonly StreamScore[] | null {
    return this.#controller.score;
  }

  /** Highest simulcast stream that the producer sends. Null: all. */
  get maxSpatialLayer(): number | null {
    return this.#controller.maxSpatialLayer.requested;
  }

  /**
   * Pauses the producer at once, and resolves when the server has confirmed. Rejects with `requestRefused` when the server refuses;
   * the producer then resumes.
   */
  async pause(): Promise<void> {
    await this.#controller.pause();
  }

  /**
   * Resumes the producer. Captures a lost camera or microphone again first. Rejects with the error of the capture
   * (`deviceNotFound`, `permissionDenied`, `deviceInUse`, `captureFailed`), and with `unsupported` where the ended track came
   * from the app.
   */
  async resume(): Promise<void> {
    await this.#controller.resume();
  }

  /**
   * Replaces the track with another track of the same kind, without renegotiation. Stops an owned old track; the app keeps
   * ownership of the new one. Resumes a producer that paused because its track ended. Rejects with `invalidArgument` for a track
   * of the other kind or an ended track.
   */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    this.#controller.assertOpen('replaceTrack()');
    checkTrack(track, this.kind);
    await this.#controller.track.replace(borrowTrack(track));
  }

  /**
   * Switches to another camera or microphone without renegotiation. Only for tracks that the SDK captured; rejects with
   * `unsupported` otherwise. Rejects with the error of the capture (`deviceNotFound`, `permissionDenied`, `deviceInUse`), and
   * keeps the old device. A phone that cannot open both devices stops the old track first, and the room captures it again if the
   * switch fails.
   */
  async switchDevice(deviceId: string): Promise<void> {
    this.#controller.assertOpen('switchDevice()');
    checkValue(deviceId, 'deviceId', 'string');
    await this.#controller.track.switchDevice({ deviceId });
  }

  /**
   * Limits the simulcast streams: sends none above `spatialLayer`, 0 the lowest. Local: the browser stops encoding the others.
   */
  async setMaxSpatialLayer(spatialLayer: number): Promise<void> {
    this.#controller.assertOpen('setMaxSpatialLayer()');
    if (this.kind !== 'video') throw new TureenError('invalidState', 'audio has no spatial layers');
    checkLayer(spatialLayer, 'spatialLayer');
    await this.#controller.maxSpatialLayer.set(spatialLayer);
  }

  /** Stops sending, and stops an owned track. Resolves when the server has confirmed, or the connection is gone. Idempotent. */
  async close(): Promise<void> {
    await this.#controller.close('local');
  }

  /** Returns the producer as plain data. */
  snapshot(): ProducerSnapshot {
    const { localId, id, kind, source, paused, loss } = this;
    return { localId, id, kind, source, paused, loss };
  }
}
