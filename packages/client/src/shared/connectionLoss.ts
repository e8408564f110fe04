import { CLOSED_BY_SERVER } from '@tureen/protocol/common';
import { TureenError } from './errors.ts';

/** WebSocket close codes whose reason is the state of the server, so that no message is suspect. */
const innocentCodes: readonly (number | undefined)[] = [1001, 1012, 1013, CLOSED_BY_SERVER];

const inFlight = new WeakSet<Error>();

/** Marks the error of a request that was pending when its connection closed. */
export function markInFlight(error: TureenError): TureenError {
  if (!innocentCodes.includes(error.closeCode)) inFlight.add(error);
  return error;
}

/** Returns whether `error` belongs to a request that may have ended its connection. */
export function wasInFlight(error: unknown): error is TureenError {
  return inFlight.has(error as Error);
}

/** Creates the final error of an operation that ended the connection as often as the room allows. */
export function withdrawn(error: TureenError): TureenError {
  const { closeCode, message } = error;
  return new TureenError(error.code, closeCode === undefined ? message : `${message} (close code ${closeCode})`, {
    ...error,
    cause: error,
    retryable: false,
    hint: 'Check whether the server can handle this message.',
  });
}
