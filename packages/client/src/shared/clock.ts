/** Where time comes from. Injected, so that tests decide when time passes. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls `fn` once, `ms` milliseconds from now; the answer cancels it. */
  after(ms: number, fn: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, fn) {
    // A timer fires at once where its time needs more than 31 bits, or is `Infinity`.
    const timer = setTimeout(fn, Math.min(ms, 2 ** 31 - 1));
    return () => {
      clearTimeout(timer);
    };
  },
};
