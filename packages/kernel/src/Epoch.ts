/**
 * The current run of something that restarts: a session, a scan, a recovery. Asynchronous work takes the `signal` when it starts
 * and checks `signal.aborted` after each `await`: true means that another run has begun and the result is stale.
 *
 * ```ts
 * const { signal } = this.#epoch;
 * const devices = await list();
 * if (signal.aborted) return;
 * ```
 */
export class Epoch {
  /** Made on first use: most epochs end without any work in them. */
  #current: AbortController | undefined;

  /**
   * Signal of the current epoch, aborted when the epoch ends. Goes wherever an `AbortSignal` goes: `throwIfAborted()` throws the
   * reason, an `abort` listener rejects waiters.
   */
  get signal(): AbortSignal {
    this.#current ??= new AbortController();
    return this.#current.signal;
  }

  /**
   * Ends the current epoch and starts the next one. `reason` becomes the reason of the ended signal. `abort` listeners already see
   * the next epoch.
   */
  next(reason?: Error): void {
    const ended = this.#current;
    this.#current = undefined;
    ended?.abort(reason);
  }
}
