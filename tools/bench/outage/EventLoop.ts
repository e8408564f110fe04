import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;

/** Measures stalls of the event loop of this process. */
export class EventLoop {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.#delay.enable();
  }

  /** The longest stall since the last call, in ms. */
  takeLongestStall(): number {
    // The measured time includes the timer that measures.
    const longest = Math.max(0, this.#delay.max / 1e6 - resolutionMs);
    this.#delay.reset();
    return longest;
  }
}
