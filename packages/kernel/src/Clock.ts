/** Source of time. Injected, so that tests decide when time passes. */
export interface Clock {
  /** Monotonic time in ms. */
  now(): number;
  /** Calls `fn` once, `ms` milliseconds from now, for any size of `ms`. Returns a function that cancels the call. */
  after(ms: number, fn: () => void): () => void;
}
