/** Source of time. Injected, so that tests decide when time passes. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls `fn` once, `ms` milliseconds from now, however large `ms` is. The returned function cancels the call. */
  after(ms: number, fn: () => void): () => void;
}
