import { deferred } from '@tureen/kernel';
import { TureenError } from './errors.ts';

const abortedError = (signal: AbortSignal, call: string) =>
  new TureenError('aborted', `${call} was aborted`, { cause: signal.reason });

/** Throws `aborted` if `signal` has aborted. */
export function throwIfAborted(signal: AbortSignal | undefined, call: string): void {
  if (signal?.aborted === true) throw abortedError(signal, call);
}

/**
 * Settles as `work` does. If `signal` aborts first, rejects with `aborted` and calls `undo`. Leaves no listener behind. Call
 * `throwIfAborted` before the work begins.
 */
export function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  call: string,
  undo: () => void,
): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = deferred<never>();
  const handleAbort = () => {
    reject(abortedError(signal, call));
    undo();
  };
  signal.addEventListener('abort', handleAbort);
  // First in the race: the undone work rejects too.
  return Promise.race([promise, work]).finally(() => {
    signal.removeEventListener('abort', handleAbort);
  });
}
