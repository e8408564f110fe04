import type { Clock } from '@tureen/kernel';
import { afterListening } from './afterListening.ts';

/** Time limit of work, and handling of late results. */
export interface DeadlineOptions<T> {
  readonly clock: Clock;
  /** Time limit in ms, without stalls of the event loop. */
  readonly timeoutMs: number;
  /** Creates the error for the caller at the deadline. */
  readonly toError: () => Error;
  /** Receives a result that arrives after the error. Must not throw. Default: the result is dropped. */
  readonly onLate?: ((late: T) => void) | undefined;
  /** Ends the wait early, with the same error. If the signal has already aborted, the work does not start. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts `work` at once and waits until the deadline. Work cannot be canceled: a late result goes to `onLate`, and a late
 * error is dropped, because the caller has already received an error.
 */
export function withDeadline<T>(work: () => Promise<T>, options: DeadlineOptions<T>): Promise<T> {
  const { clock, timeoutMs, toError, onLate, signal } = options;
  if (signal?.aborted === true) return Promise.reject(toError());
  return new Promise((resolve, reject) => {
    let isOver = false;
    const end = (settle: () => void) => {
      if (isOver) return;
      isOver = true;
      cancel();
      signal?.removeEventListener('abort', giveUp);
      settle();
    };
    const giveUp = () => {
      end(() => {
        reject(toError());
      });
    };
    const cancel = afterListening({ clock, ms: timeoutMs, onOver: giveUp });
    signal?.addEventListener('abort', giveUp);
    started(work).then(
      (result) => {
        if (isOver) onLate?.(result);
        else
          end(() => {
            resolve(result);
          });
      },
      (error: unknown) => {
        end(() => {
          // The caller gets what the work rejected with, whatever that is.
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          reject(error);
        });
      },
    );
  });
}

/** Turns an error that `work` throws synchronously into a rejection. */
async function started<T>(work: () => Promise<T>): Promise<T> {
  return work();
}
