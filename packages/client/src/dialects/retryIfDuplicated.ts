import { TureenError, asRetryable } from '../shared/errors.ts';

/**
 * Returns a handler for the error of a refused join. A duplicated peer ID may belong to this client, from before its connection
 * dropped. The server notices the drop later and then admits the client, so the error becomes retryable.
 */
export function retryIfDuplicated(isDuplicated: (message: string) => boolean): (error: unknown) => never {
  return (error) => {
    const isRefusal = TureenError.is(error) && error.code === 'requestRefused';
    throw isRefusal && isDuplicated(error.message) ? asRetryable(error) : error;
  };
}
