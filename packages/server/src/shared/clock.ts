/** Where time comes from. Injected, so that tests decide when time passes. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls `fn` once, `ms` milliseconds from now, however many that are; the returned function cancels the call. */
  after(ms: number, fn: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, fn) {
    const at = performance.now() + ms;
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number) => {
      timer = leftMs > MAX_TIMER_MS ? setTimeout(next, MAX_TIMER_MS) : setTimeout(fn, leftMs);
    };
    const next = () => {
      wait(at - performance.now());
    };
    wait(ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Longest time of a timer in Node, about 25 days: a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** The clock of the machine, with timers that do not keep the process running. */
export const backgroundClock: Clock = {
  now: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
