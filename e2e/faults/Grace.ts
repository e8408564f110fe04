import type { ManualClock } from '@tureen/client/testing';

/**
 * The server's grace period for disconnected peers. All cases share the server and its clock, so the time advances only when every
 * unfinished case waits for that.
 */
export class Grace {
  readonly #clock: ManualClock;
  readonly #graceMs: number;
  #running = 0;
  #waiting: (() => void)[] = [];

  constructor(clock: ManualClock, graceMs: number) {
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#look();
    }
  }

  /** Resolves when the grace period is over. */
  outwait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#look();
    });
  }

  #look(): void {
    if (this.#waiting.length < this.#running) return;
    const waiting = this.#waiting.splice(0);
    if (waiting.length > 0) this.#clock.advance(this.#graceMs);
    for (const resolve of waiting) resolve();
  }
}
