import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { afterListening } from '../shared/afterListening.ts';
import type { Ending } from './ClosePolicy.ts';

/** Parts of a {@link JoinDeadline}. */
export interface JoinDeadlineOptions {
  readonly clock: Clock;
  /** Time in which the client must join, in ms. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Ends the session, with `joinTimeout` where the client is late, or `unavailable` where the server is late. */
  readonly onLate: (ending: Ending) => void;
}

const clientLate: Ending = { reason: 'joinTimeout' };
const serverLate: Ending = { reason: 'unavailable', detail: 'the server did not respond in time' };

/**
 * Deadline for a connected client to join. Time in which the server owes the client a response, or cannot read, does not
 * count. If the server still owes a response at the deadline, the server is late.
 */
export class JoinDeadline {
  readonly #options: JoinDeadlineOptions;
  readonly #startedAt: number;
  /** Number of responses that the server owes the client. */
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

  /** Cancels the deadline: the client joined or disconnected. Idempotent. */
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
    // The clock may round by one millisecond.
    if (!isServerLate && leftMs > 1) {
      this.#cancel = this.#wait(leftMs);
      return;
    }
    this.#isOver = true;
    if (isServerLate)
      logger.warn({ timeoutMs }, 'closing connection: the server did not respond before the join deadline');
    onLate(isServerLate ? serverLate : clientLate);
  }
}
