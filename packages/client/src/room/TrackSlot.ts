import type { DeviceChange, LocalTrack } from '../devices/LocalTrack.ts';
import { TureenError } from '../shared/errors.ts';

/** The track that a producer sends at the moment: watched for its end, replaced by another, let go of in the end. */
export class TrackSlot {
  #local: LocalTrack;
  #isReleased = false;
  #stopWatching: () => void = () => {};
  readonly #onEnded: (track: MediaStreamTrack) => void;

  constructor(local: LocalTrack, onEnded: (track: MediaStreamTrack) => void) {
    this.#local = local;
    this.#onEnded = onEnded;
    this.#watch();
  }

  get track(): MediaStreamTrack {
    return this.#local.track;
  }

  get ownership(): 'owned' | 'borrowed' {
    return this.#local.ownership;
  }

  /** Puts `next` in its place once `send` has. When that fails, the old one stays, and `next` is stopped if it is owned. */
  async replace(next: LocalTrack, send: (track: MediaStreamTrack) => Promise<void>): Promise<void> {
    try {
      if (next.track !== this.track) await send(next.track);
      if (this.#isReleased) throw new TureenError('closed', 'the producer was closed meanwhile');
    } catch (error) {
      if (next.track !== this.track) next.stop();
      throw error;
    }
    const old = this.#local;
    this.#stopWatching();
    this.#local = next;
    this.#watch();
    if (old.track !== next.track) old.stop();
  }

  /** Captures anew, from another device, and puts that in its place. */
  async switchDevice(change: DeviceChange, send: (track: MediaStreamTrack) => Promise<void>): Promise<void> {
    await this.replace(await this.#local.reacquire(change), send);
  }

  /** Stops the track if it is owned. Idempotent. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#stopWatching();
    this.#local.stop();
  }

  #watch(): void {
    const { track } = this.#local;
    this.#stopWatching = this.#local.onEnded(() => {
      this.#onEnded(track);
    });
  }
}
