import { type Clock, systemClock } from '@tureen/kernel';

/** Parts of a {@link Gathering}. */
export interface GatheringOptions {
  /** Minimum time between two runs, in ms. */
  readonly ms: number;
  /** Runs work at the end of a turn of the event loop. */
  readonly atTurnEnd: (work: () => void) => void;
  readonly clock?: Clock | undefined;
}

/**
 * Runs work that may wait a little, for many users together: at the end of this turn of the event loop, or, if other such work
 * ran shortly before, once the minimum time has passed.
 */
export class Gathering {
  readonly #options: GatheringOptions;
  #waiting: (() => void)[] = [];
  /** Whether the minimum time since the last run has not passed. */
  #isPausing = false;

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  /** Runs `work` soon. */
  run(work: () => void): void {
    this.#waiting.push(work);
    if (this.#waiting.length === 1 && !this.#isPausing) this.#options.atTurnEnd(this.#runAll);
  }

  readonly #runAll = (): void => {
    const { clock = systemClock, ms } = this.#options;
    const works = this.#waiting;
    this.#waiting = [];
    this.#isPausing = true;
    clock.after(ms, () => {
      this.#isPausing = false;
      if (this.#waiting.length > 0) this.#runAll();
    });
    for (const work of works) work();
  };
}
