import type { Clock } from '@tureen/kernel';

/** Counts replies within one second. */
export class ReplyCount {
  readonly #max: number;
  readonly #clock: Clock;
  #since: number;
  #count = 0;

  constructor(max: number, clock: Clock) {
    this.#max = max;
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** Counts one reply. Returns false above the limit. */
  take(): boolean {
    const now = this.#clock.now();
    if (now - this.#since >= 1000) {
      this.#since = now;
      this.#count = 0;
    }
    if (this.#count >= this.#max) return false;
    this.#count += 1;
    return true;
  }
}
