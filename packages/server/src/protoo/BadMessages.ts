import type { Clock } from '@tureen/kernel';

const WINDOW_MS = 60_000;

/** Counts bad messages of a client, and reports when there are too many within one minute. */
export class BadMessages {
  readonly #limit: number;
  readonly #clock: Clock;
  #windowStart: number;
  #inWindow = 0;
  #total = 0;

  /** `limit` per minute; 0: no limit. */
  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#windowStart = clock.now();
  }

  /** Number of messages since the connection opened. */
  get total(): number {
    return this.#total;
  }

  /** Counts a message `weight` times. Returns whether the limit is exceeded. */
  add(weight = 1): boolean {
    const now = this.#clock.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    this.#total += 1;
    this.#inWindow += weight;
    return this.#limit > 0 && this.#inWindow > this.#limit;
  }
}
