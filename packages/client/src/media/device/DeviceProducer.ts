import type { MediaKind } from '@tureen/protocol/common';
import type { types } from 'mediasoup-client';

import { TureenError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { MediaProducer } from '../MediaEngine.ts';
import { PendingWork } from '../PendingWork.ts';
import { toMediaError } from './vendorErrors.ts';

export interface DeviceProducerOptions {
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  readonly logger: Logger;
}

/**
 * One producer of mediasoup-client. To pause it, its sender is parted from the track (`replaceTrack(null)`) and the track
 * left as it is. The other way, `track.enabled = false`, would silence every producer that shares the track, blacken the
 * app's own preview, fight with an app that uses `enabled` itself, and go on sending black frames. It goes to the sender
 * straight, not through the queue of mediasoup-client: there it would wait for whatever the server is being asked, and a
 * mute must not wait.
 */
export class DeviceProducer implements MediaProducer {
  readonly id: string;
  readonly kind: MediaKind;

  readonly #vendor: types.Producer;
  readonly #logger: Logger;
  readonly #pending = new PendingWork();
  #track: MediaStreamTrack;
  #paused: boolean;
  /** What the sender has. */
  #attached: MediaStreamTrack | null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(vendor: types.Producer, options: DeviceProducerOptions) {
    this.id = vendor.id;
    this.kind = vendor.kind;
    this.#vendor = vendor;
    this.#logger = options.logger;
    this.#track = options.track;
    this.#paused = options.paused;
    this.#attached = vendor.rtpSender === undefined ? options.track : vendor.rtpSender.track;
    vendor.observer.once('close', () => {
      this.#pending.close(this.#closedError());
    });
    this.#follow();
  }

  get closed(): boolean {
    return this.#vendor.closed;
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  get rtpSender(): RTCRtpSender | undefined {
    return this.#vendor.rtpSender;
  }

  pause(): void {
    this.#paused = true;
    this.#follow();
  }

  resume(): void {
    this.#paused = false;
    this.#follow();
  }

  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    this.#assertOpen();
    if (track.kind !== this.kind) throw new TureenError('invalidArgument', `a ${this.kind} track is wanted`);
    if (track.readyState === 'ended')
      throw new TureenError('invalidState', 'the track has ended', { hint: 'Capture it again.' });
    await this.#perform('replaceTrack', () =>
      this.#enqueue(async () => {
        if (!this.#paused) await this.#attach(track);
        this.#track = track;
      }),
    );
  }

  async setMaxSpatialLayer(spatialLayer: number): Promise<void> {
    this.#assertOpen();
    if (this.kind !== 'video') throw new TureenError('unsupported', 'only video has spatial layers');
    if (!Number.isInteger(spatialLayer) || spatialLayer < 0)
      throw new TureenError('invalidArgument', 'spatialLayer is a whole number from 0');
    await this.#perform('setMaxSpatialLayer', () => this.#vendor.setMaxSpatialLayer(spatialLayer));
  }

  async getStats(): Promise<RTCStatsReport> {
    this.#assertOpen();
    return this.#perform('getStats', () => this.#vendor.getStats());
  }

  close(): void {
    if (this.closed) return;
    // The section is taken out of the SDP in its turn; sending ends now.
    this.rtpSender?.replaceTrack(null).catch(() => {});
    this.#vendor.close();
  }

  /** Makes the sender agree with `#paused`. */
  #follow(): void {
    this.#enqueue(async () => {
      const wanted = this.#paused ? null : this.#track;
      if (wanted !== this.#attached) await this.#attach(wanted);
    }).catch((error: unknown) => {
      if (!this.closed) this.#logger.warn(`producer ${this.id} could not be paused or resumed`, error);
    });
  }

  async #attach(track: MediaStreamTrack | null): Promise<void> {
    if (this.closed) throw this.#closedError();
    const sender = this.rtpSender;
    await (sender === undefined ? this.#vendor.replaceTrack({ track }) : sender.replaceTrack(track));
    this.#attached = track;
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #perform<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#pending.run(work());
    } catch (error) {
      throw this.closed ? this.#closedError() : toMediaError(error, what);
    }
  }

  #assertOpen(): void {
    if (this.closed) throw this.#closedError();
  }

  #closedError(): TureenError {
    return new TureenError('closed', `producer ${this.id} is closed`);
  }
}
