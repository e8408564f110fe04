/**
 * The current run of something that restarts: a session, a scan, a recovery. Asynchronous work reads `signal` when it starts and checks
 * `signal.aborted` after each `await`. If true, another run has begun, and the result is stale.
 *
 * ```ts
 * const { signal } = this.#epoch;
 * const devices = await list();
 * if (signal.aborted) return;
 * ```
 */
export class Epoch {
  /** Created on first use: most epochs end without any work in them. */
  #current: AbortController | undefined;

  /**
   * Signal of the current epoch, aborted when the epoch ends. Works like any `AbortSignal`: `throwIfAborted()` throws the reason, and an
   * `abort` listener can reject waiters.
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
