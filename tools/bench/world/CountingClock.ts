/** The machine's clock, for both sides of the wire, and how many timers are set on it. */
export class CountingClock {
  readonly #pending = new Set<NodeJS.Timeout>();

  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return performance.now();
  }

  after(ms: number, fn: () => void): () => void {
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      fn();
    }, ms);
    this.#pending.add(timer);
    return () => {
      this.#pending.delete(timer);
      clearTimeout(timer);
    };
  }
}
