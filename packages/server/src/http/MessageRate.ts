import type { Clock } from '../shared/clock.ts';

/** What a client may save up: it joins a large room in one go, and is quiet afterwards. */
const BURST_SEC = 10;

/** How many messages a client may send: so many a second in the long run, ten times as many at once. */
export class MessageRate {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #left: number;
  #countedAt: number;

  /** 0 allows any number. */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#left = perSecond * BURST_SEC;
    this.#countedAt = clock.now();
  }

  /** Counts one more; whether it may still be. */
  take(): boolean {
    if (this.#perSecond === 0) return true;
    const now = this.#clock.now();
    const gained = ((now - this.#countedAt) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#left + gained, this.#perSecond * BURST_SEC);
    this.#countedAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
