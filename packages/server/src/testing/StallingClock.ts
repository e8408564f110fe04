import { ManualClock } from '@tureen/kernel';

/** A clock whose timers fire late after a stall, as those of a machine do when the event loop stood still. */
export class StallingClock extends ManualClock {
  #stalledMs = 0;

  override now(): number {
    return super.now() + this.#stalledMs;
  }

  /** Lets time pass while the event loop stands still: no timer fires, and the next one fires late by so much. */
  stall(ms: number): void {
    this.#stalledMs += ms;
  }
}
