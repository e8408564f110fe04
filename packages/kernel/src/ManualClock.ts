import type { Clock } from './Clock.ts';

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** Clock for tests that advances only through `advance()`. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Number of pending timers. Zero once everything is closed. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer. Null without pending timers. */
  get nextIn(): number | null {
    const times = [...this.#timers].map((timer) => timer.at - this.#now);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Lets `ms` milliseconds pass and calls the timers that fall due, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = due.at;
      due.fn();
    }
    this.#now = until;
  }
}
