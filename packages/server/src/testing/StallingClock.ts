import { ManualClock } from '../shared/ManualClock.ts';
import type { Clock } from '../shared/clock.ts';

/** A clock whose timers fire late after a stall, as those of a machine do when the event loop stood still. */
export class StallingClock implements Clock {
  readonly #timers = new ManualClock();
  #stalledMs = 0;

  now(): number {
    return this.#timers.now() + this.#stalledMs;
  }

  after(ms: number, fn: () => void): () => void {
    return this.#timers.after(ms, fn);
  }

  get pending(): number {
    return this.#timers.pending;
  }

  /** Lets time pass while the event loop runs. */
  advance(ms: number): void {
    this.#timers.advance(ms);
  }

  /** Lets time pass while the event loop stands still: no timer fires, and the next one fires late by so much. */
  stall(ms: number): void {
    this.#stalledMs += ms;
  }
}
