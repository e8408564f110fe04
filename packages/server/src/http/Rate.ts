import type { Clock } from '@tureen/kernel';

/** Limits of a {@link Rate}. */
export interface RateOptions {
  /** Average amount per second; 0: no limit. */
  readonly perSecond: number;
  /** Amount in a burst, after enough idle time. */
  readonly burst: number;
  readonly clock: Clock;
}

/** Limits the amount that a client may send: an average per second, and a burst. */
export class Rate {
  readonly #options: RateOptions;
  #left: number;
  #countedAt: number;

  constructor(options: RateOptions) {
    this.#options = options;
    this.#left = options.burst;
    this.#countedAt = options.clock.now();
  }

  /** Counts `amount`. Returns whether it is allowed. */
  take(amount = 1): boolean {
    const { perSecond, burst, clock } = this.#options;
    if (perSecond === 0) return true;
    const now = clock.now();
    const gained = ((now - this.#countedAt) / 1000) * perSecond;
    this.#left = Math.min(this.#left + gained, burst);
    this.#countedAt = now;
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }
}
