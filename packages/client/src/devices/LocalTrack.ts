import { TureenError } from '../shared/errors.ts';

/** Who stops a track in the end: Tureen what it captured (`owned`), the app what it passed in (`borrowed`). */
export type TrackOwnership = 'owned' | 'borrowed';

/** Captures anew from another device, with the constraints of the first time. */
export type Recapture = (deviceId: string) => Promise<MediaStreamTrack>;

/** The track that a producer sends at the moment, and who owns it. */
export class LocalTrack {
  #track: MediaStreamTrack;
  #ownership: TrackOwnership;
  #released = false;
  /** Null for what Tureen did not capture. */
  readonly recapture: Recapture | null;
  /** The track ended by itself (not by our `stop`, which fires no event). */
  onEnded: (track: MediaStreamTrack) => void = () => {};

  constructor(options: { track: MediaStreamTrack; ownership: TrackOwnership; recapture?: Recapture | null }) {
    this.#track = options.track;
    this.#ownership = options.ownership;
    this.recapture = options.recapture ?? null;
    this.#track.addEventListener('ended', this.#handleEnded);
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  get ownership(): TrackOwnership {
    return this.#ownership;
  }

  /**
   * Puts another track in the place of this one, once `send` has. When that fails, the old one stays, and a new one that is
   * owned is stopped.
   */
  async replace(
    next: { track: MediaStreamTrack; ownership: TrackOwnership },
    send: (track: MediaStreamTrack) => Promise<void>,
  ): Promise<void> {
    try {
      if (next.track !== this.#track) await send(next.track);
      if (this.#released) throw new TureenError('closed', 'the producer was closed meanwhile');
    } catch (error) {
      if (next.ownership === 'owned') next.track.stop();
      throw error;
    }
    const old = { track: this.#track, ownership: this.#ownership };
    this.#ownership = next.ownership;
    if (next.track === old.track) return;
    old.track.removeEventListener('ended', this.#handleEnded);
    this.#track = next.track;
    next.track.addEventListener('ended', this.#handleEnded);
    if (old.ownership === 'owned') old.track.stop();
  }

  /** Stops the track if it is owned, and listens no longer. Idempotent. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#track.removeEventListener('ended', this.#handleEnded);
    if (this.#ownership === 'owned') this.#track.stop();
  }

  readonly #handleEnded = (): void => {
    this.onEnded(this.#track);
  };
}
