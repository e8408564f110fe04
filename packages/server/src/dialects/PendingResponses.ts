import type { RequestResult } from './Connection.ts';

/** Responses of one connection that are still being made, and work that has to wait until they are sent. */
export class PendingResponses {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Handles a request. Its response counts as pending until the entry handed it to the socket. Never rejects. */
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

  /** Calls `callback` after the pending responses, or now where there are none. */
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
