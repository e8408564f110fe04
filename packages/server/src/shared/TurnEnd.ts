/** Runs work at the end of a turn of the event loop, in the order of the requests: after the network events of that turn. */
export class TurnEnd {
  #waiting: (() => void)[] = [];

  /** Runs `work` at the end of this turn. */
  run(work: () => void): void {
    this.#waiting.push(work);
    if (this.#waiting.length === 1) setImmediate(this.#runAll);
  }

  readonly #runAll = (): void => {
    const works = this.#waiting;
    this.#waiting = [];
    for (const work of works) work();
  };
}
