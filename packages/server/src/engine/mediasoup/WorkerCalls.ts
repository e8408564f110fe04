import { type Clock, systemClock } from '@tureen/kernel';
import { withDeadline } from '../../shared/withDeadline.ts';
import { MediaError } from '../port/MediaError.ts';
import { toMediaError } from './mediaErrors.ts';

/** Options for a call without a response. */
export interface CallOptions<T> {
  /** Undoes a result that arrives after the deadline. Default: the result is dropped, for calls that create nothing. */
  readonly discard?: ((late: T) => void) | undefined;
  /** Ends the wait before the deadline. */
  readonly signal?: AbortSignal | undefined;
}

/** For calls that create an entity: closes a late result. */
export const closingLate = {
  discard(late: { close(): void }): void {
    late.close();
  },
};

/**
 * Requests to one media worker. mediasoup waits for a response without a deadline, and a hung worker sends none. So every
 * request goes through this class and has a deadline.
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
   * Runs requests with a deadline. Rejects with a {@link MediaError}: `timeout` at the deadline, otherwise the code for
   * mediasoup's error.
   *
   * @param work - Sends requests to the worker. Several requests count as one call.
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
