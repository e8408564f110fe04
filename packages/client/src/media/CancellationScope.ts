interface Waiter {
  readonly reject: (error: Error) => void;
}

/**
 * Pending calls of an owner that may close. A closed RTCPeerConnection leaves its promises unsettled, so `close` rejects all
 * calls at once. A value that arrives later goes to the `onLate` of its call.
 */
export class CancellationScope {
  readonly #waiting = new Set<Waiter>();
  #closedBy: Error | undefined;

  /** Number of pending calls. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Settles as `work` does, unless `close` is called first. */
  run<T>(work: Promise<T>, onLate?: (value: T) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiter: Waiter = { reject };
      if (this.#closedBy === undefined) this.#waiting.add(waiter);
      else reject(this.#closedBy);
      work.then(
        (value) => {
          if (this.#waiting.delete(waiter)) resolve(value);
          else onLate?.(value);
        },
        (error: unknown) => {
          this.#waiting.delete(waiter);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Rejects all pending and later calls with `error`. Only the first call of `close` has an effect. */
  close(error: Error): void {
    if (this.#closedBy !== undefined) return;
    this.#closedBy = error;
    for (const waiter of this.#waiting) waiter.reject(error);
    this.#waiting.clear();
  }
}
