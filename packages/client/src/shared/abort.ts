import { TureenError } from './errors.ts';

/** Throws `aborted` when the signal has fired. */
export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new TureenError('aborted', 'aborted by the caller', { cause: signal.reason });
}
