import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { afterListening } from '../shared/afterListening.ts';
import type { Ending } from './ClosePolicy.ts';

/** Parts of a {@link JoinDeadline}. */
export interface JoinDeadlineOptions {
  readonly clock: Clock;
  /** Time that the client has to join, in ms. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Ends the session: `joinTimeout` where the client is late, `unavailable` where the server is. */
  readonly onLate: (ending: Ending) => void;
}

const clientLate: Ending = { reason: 'joinTimeout' };
const serverLate: Ending = { reason: 'unavailable', detail: 'the server did not respond in time' };

/**
 * The time that a connected client has to join. Time in which the server owes the client a response, or reads nothing, does not
 * count against the client. A server that still owes one at the deadline is late itself.
 */
export class JoinDeadline {
  readonly #options: JoinDeadlineOptions;
  readonly #startedAt: number;
  /** Work for the client that has not ended. */
  #owed = 0;
  #owedSince = 0;
  /** Time that does not count, up to `owedSince`, in ms. */
  #excusedMs = 0;
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
      if (this.#owed === 0) this.#excusedMs += clock.now() - this.#owedSince;
    }
  }

  /** The client joined or disconnected. Idempotent. */
  cancel(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #wait(ms: number): () => void {
    return afterListening({
      clock: this.#options.clock,
      ms,
      onOver: () => {
        this.#handleDeadline();
      },
      onStall: (stalledMs) => {
        if (this.#owed === 0) this.#excusedMs += stalledMs;
      },
    });
  }

  #handleDeadline(): void {
    const { clock, timeoutMs, logger, onLate } = this.#options;
    if (this.#isOver) return;
    const leftMs = timeoutMs - (clock.now() - this.#startedAt - this.#excusedMs);
    const isServerLate = this.#owed > 0;
    // A millisecond or less may be what the clock rounds.
    if (!isServerLate && leftMs > 1) {
      this.#cancel = this.#wait(leftMs);
      return;
    }
    this.#isOver = true;
    if (isServerLate) logger.warn({ timeoutMs }, 'client waited too long for the server to join');
    onLate(isServerLate ? serverLate : clientLate);
  }
}
