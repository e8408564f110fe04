import type { Clock } from '@tureen/kernel';

/** How a {@link Rate} counts. */
export interface RateOptions {
  /** In the long run; 0 allows any amount. */
  readonly perSecond: number;
  /** At once, after a silence long enough. */
  readonly burst: number;
  readonly clock: Clock;
}

/** How much a client may send: so much a second in the long run, and a burst at once. */
export class Rate {
  readonly #options: RateOptions;
  #left: number;
  #countedAt: number;

  constructor(options: RateOptions) {
    this.#options = options;
    this.#left = options.burst;
    this.#countedAt = options.clock.now();
  }

  /** Counts `amount` more; whether it is still allowed. */
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
