import type { Clock } from '@tureen/kernel';

/** Minimum time between two reports, in ms. */
const INTERVAL_MS = 1000;

/** Sums up lost messages. Reports the first at once, and later ones at most once a second. */
export class LossReport {
  readonly #clock: Clock;
  readonly #onLost: (count: number) => void;
  #count = 0;
  #cancelNext: (() => void) | undefined;

  constructor(clock: Clock, onLost: (count: number) => void) {
    this.#clock = clock;
    this.#onLost = onLost;
  }

  add(): void {
    this.#count += 1;
    if (this.#cancelNext === undefined) this.#report();
  }

  /** Reports the remaining count. */
  close(): void {
    this.#cancelNext?.();
    if (this.#count > 0) this.#onLost(this.#count);
    this.#count = 0;
  }

  #report(): void {
    const count = this.#count;
    this.#count = 0;
    this.#cancelNext = this.#clock.after(INTERVAL_MS, () => {
      this.#cancelNext = undefined;
      if (this.#count > 0) this.#report();
    });
    this.#onLost(count);
  }
}
