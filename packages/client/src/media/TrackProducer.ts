import type { MediaKind } from '@tureen/protocol/common';

import { TureenError, toTureenError } from '../shared/errors.ts';
import { checkSpatialLayer, wrongKind } from './checks.ts';
import type { Logger } from '../shared/logger.ts';
import type { MediaProducer } from './MediaEngine.ts';
import { CancellationScope } from './CancellationScope.ts';

export interface TrackProducerOptions {
  readonly id: string;
  readonly kind: MediaKind;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  /** Track that the sender has. */
  readonly attached: MediaStreamTrack | null;
  readonly logger: Logger;
}

/**
 * The track of a producer, in every engine. A pause detaches the sender from the track (`replaceTrack(null)`) and leaves the
 * track unchanged. Setting `track.enabled = false` instead would mute every producer that shares the track, blacken the preview
 * of the app, and keep sending black frames. It would also conflict with an app that sets `enabled`.
 */
export abstract class TrackProducer implements MediaProducer {
  readonly id: string;
  readonly kind: MediaKind;
  abstract readonly closed: boolean;
  abstract readonly rtpSender: RTCRtpSender | undefined;

  readonly #logger: Logger;
  readonly #pending = new CancellationScope();
  #track: MediaStreamTrack;
  #paused: boolean;
  #attached: MediaStreamTrack | null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: TrackProducerOptions) {
    this.id = options.id;
    this.kind = options.kind;
    this.#logger = options.logger;
    this.#track = options.track;
    this.#paused = options.paused;
    this.#attached = options.attached;
    this.#follow();
  }

  get track(): MediaStreamTrack {
    return this.#track;
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
    if (track.kind !== this.kind) throw wrongKind(this.kind);
    if (track.readyState === 'ended')
      throw new TureenError('invalidState', 'the track has ended', { hint: 'Capture the track again.' });
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
    checkSpatialLayer(spatialLayer);
    await this.#perform('setMaxSpatialLayer', () => this.limitLayers(spatialLayer));
  }

  async getStats(): Promise<RTCStatsReport> {
    this.#assertOpen();
    return this.#perform('getStats', () => this.readStats());
  }

  abstract close(): void;

  /** Sets the track of the sender; null removes it. */
  protected abstract attach(track: MediaStreamTrack | null): Promise<void>;
  protected abstract limitLayers(spatialLayer: number): Promise<void>;
  protected abstract readStats(): Promise<RTCStatsReport>;

  /** Converts an error of the browser or library. */
  protected toError(error: unknown, what: string): TureenError {
    return toTureenError(error, 'mediaFailed', what);
  }

  /** Rejects pending calls. Subclasses call this on close. */
  protected handleClosed(): void {
    this.#pending.close(this.#closedError());
  }

  /** Attaches or detaches the track, depending on `#paused`. */
  #follow(): void {
    this.#enqueue(async () => {
      const wanted = this.#paused ? null : this.#track;
      if (wanted !== this.#attached) await this.#attach(wanted);
    }).catch((error: unknown) => {
      if (!this.closed) this.#logger.warn(`failed to pause or resume producer ${this.id}`, error);
    });
  }

  async #attach(track: MediaStreamTrack | null): Promise<void> {
    if (this.closed) throw this.#closedError();
    await this.attach(track);
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
      throw this.closed ? this.#closedError() : this.toError(error, what);
    }
  }

  #assertOpen(): void {
    if (this.closed) throw this.#closedError();
  }

  #closedError(): TureenError {
    return new TureenError('closed', `producer ${this.id} is closed`);
  }
}
