import type { Clock } from '../shared/clock.ts';

/** How the session of a client ends that the server kept waiting. */
export const serverLate = { reason: 'unavailable', detail: 'the server did not respond in time' } as const;

/** What a {@link JoinDeadline} is made of. */
export interface JoinDeadlineOptions {
  readonly clock: Clock;
  /** Time that the client has to join, in ms. */
  readonly timeoutMs: number;
  /** The client did not join, though the server kept it waiting for nothing. */
  readonly onClientLate: () => void;
  /** The server still owes the client a response. */
  readonly onServerLate: () => void;
}

/**
 * The time that a connected client has to join. Time in which the server owes the client a response does not count against
 * the client. A server that still owes one at the deadline is late itself.
 */
export class JoinDeadline {
  readonly #options: JoinDeadlineOptions;
  readonly #startedAt: number;
  /** Work for the client that has not ended. */
  #owed = 0;
  #owedSince = 0;
  /** Time in which something was owed, up to `owedSince`, in ms. */
  #owedMs = 0;
  #cancel: () => void;
  #isOver = false;

  constructor(options: JoinDeadlineOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#cancel = this.#wait(options.timeoutMs);
  }

  /** Runs work that the client waits for. */
  async owe<T>(work: () => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    if (this.#owed === 0) this.#owedSince = clock.now();
    this.#owed += 1;
    try {
      return await work();
    } finally {
      this.#owed -= 1;
      if (this.#owed === 0) this.#owedMs += clock.now() - this.#owedSince;
    }
  }

  /** The client joined, or has gone. Idempotent. */
  cancel(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #wait(ms: number): () => void {
    return this.#options.clock.after(ms, () => {
      this.#judge();
    });
  }

  #judge(): void {
    const { clock, timeoutMs, onClientLate, onServerLate } = this.#options;
    if (this.#isOver) return;
    if (this.#owed > 0) {
      this.#isOver = true;
      onServerLate();
      return;
    }
    const leftMs = timeoutMs - (clock.now() - this.#startedAt - this.#owedMs);
    // A millisecond or less may be what the clock rounds.
    if (leftMs > 1) {
      this.#cancel = this.#wait(leftMs);
      return;
    }
    this.#isOver = true;
    onClientLate();
  }
}
