/** Real clock that counts its pending timers. Both ends of a connection share it. */
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
