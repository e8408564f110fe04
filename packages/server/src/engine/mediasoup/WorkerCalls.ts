import { type Clock, systemClock } from '@tureen/kernel';
import { withDeadline } from '../../shared/withDeadline.ts';
import { MediaError } from '../port/MediaError.ts';
import { toMediaError } from './mediaErrors.ts';

/** How one call ends that gets no response. */
export interface CallOptions<T> {
  /**
   * Undoes a result that arrives after the deadline, when its caller has gone. Default: the result is dropped, which fits
   * calls that make nothing.
   */
  readonly discard?: ((late: T) => void) | undefined;
  /** Ends the wait before the deadline. */
  readonly signal?: AbortSignal | undefined;
}

/** For calls that make something: what arrives late is closed. */
export const closingLate = {
  discard(late: { close(): void }): void {
    late.close();
  },
};

/**
 * The requests to one media worker. mediasoup waits for a response without end, and a worker that hangs sends none, so
 * every request goes through here and has a deadline.
 */
export class WorkerCalls {
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor({
    clock = systemClock,
    timeoutMs = 10_000,
  }: { readonly clock?: Clock; readonly timeoutMs?: number } = {}) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Rejects with a {@link MediaError}: `timeout` at the deadline, otherwise what mediasoup's error stands for.
   *
   * @param work - Sends requests to the worker. A late result of several requests arrives as one.
   */
  async run<T>(work: () => Promise<T>, { discard, signal }: CallOptions<T> = {}): Promise<T> {
    try {
      return await withDeadline(work, {
        clock: this.#clock,
        timeoutMs: this.#timeoutMs,
        toError: () => new MediaError('timeout', 'the media worker does not respond'),
        onLate: discard,
        signal,
      });
    } catch (error) {
      throw toMediaError(error);
    }
  }
}
