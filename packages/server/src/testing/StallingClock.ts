import { ManualClock } from '@tureen/kernel';

/** Clock whose timers fire late after a stall, as real timers do after the event loop was blocked. */
export class StallingClock extends ManualClock {
  #stalledMs = 0;

  override now(): number {
    return super.now() + this.#stalledMs;
  }

  /** Advances time while the event loop is blocked: no timer fires, and the next one fires late by that time. */
  stall(ms: number): void {
    this.#stalledMs += ms;
  }
}
