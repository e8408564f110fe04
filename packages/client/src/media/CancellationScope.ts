interface Waiter {
  readonly reject: (error: Error) => void;
}

/**
 * The calls that wait for something which may never come once its owner is closed: a closed RTCPeerConnection leaves its
 * promises unsettled. `close` rejects all of them at once, and what arrives afterwards is handed to its `onLate`.
 */
export class CancellationScope {
  readonly #waiting = new Set<Waiter>();
  #closedBy: Error | undefined;

  /** How many calls wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** As `work`, unless `close` comes first. */
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

  /** Rejects all that waits, and all that comes, with `error`. The first call counts. */
  close(error: Error): void {
    if (this.#closedBy !== undefined) return;
    this.#closedBy = error;
    for (const waiter of this.#waiting) waiter.reject(error);
    this.#waiting.clear();
  }
}
