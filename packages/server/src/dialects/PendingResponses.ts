import type { RequestResult } from './Connection.ts';

/** Pending responses of one connection, and callbacks that wait until they are sent. */
export class PendingResponses {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Handles a request. Its response is pending until the entry passed it to the socket. Never rejects. */
  async track(handle: () => Promise<RequestResult>): Promise<RequestResult> {
    this.#count += 1;
    let result: RequestResult;
    try {
      result = await handle();
    } catch (error) {
      result = { error };
    }
    const { afterSent } = result;
    return {
      ...result,
      afterSent: () => {
        try {
          afterSent?.();
        } finally {
          this.#handleSent();
        }
      },
    };
  }

  /** Calls `callback` after the pending responses, or now if there are none. */
  afterAll(callback: () => void): void {
    if (this.#count === 0) callback();
    else this.#waiting.push(callback);
  }

  #handleSent(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}
