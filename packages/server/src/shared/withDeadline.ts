import type { Clock } from '@tureen/kernel';
import { afterListening } from './afterListening.ts';

/** How long work may take, and what happens afterwards. */
export interface DeadlineOptions<T> {
  readonly clock: Clock;
  /** Time without stalls of the event loop. */
  readonly timeoutMs: number;
  /** Makes the error that the caller gets at the deadline. */
  readonly toError: () => Error;
  /** Gets a result that arrives after the caller got the error. Must not throw. Default: the result is dropped. */
  readonly onLate?: ((late: T) => void) | undefined;
  /** Ends the wait early, with the same error. Where it has aborted already, the work does not start. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts `work` at once and waits for it, up to the deadline. Work cannot be canceled: a result after the deadline goes to
 * `onLate`, and an error after the deadline is dropped, because the caller has had an error already.
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

/** Turns what `work` throws at once into a rejection. */
async function started<T>(work: () => Promise<T>): Promise<T> {
  return work();
}
