import { TureenError } from './errors.ts';

/** How a connection ended under a request that waited for its response. */
export interface Loss {
  /** WebSocket close code, where there is one. */
  readonly code?: number | undefined;
}

/** WebSocket close codes that name the server's state as the reason, so no message is a suspect. */
const innocentCodes: readonly (number | undefined)[] = [1001, 1012, 1013];

const losses = new WeakMap<Error, Loss>();

/** Marks the error of a request that was in flight when its connection ended. */
export function markLoss<E extends Error>(error: E, loss: Loss): E {
  if (!innocentCodes.includes(loss.code)) losses.set(error, loss);
  return error;
}

/** The loss that the request of this error may have caused; undefined where the request was not in flight. */
export function lossOf(error: unknown): Loss | undefined {
  return losses.get(error as Error);
}

/** The error of an operation that ended the connection as often as the room allows. */
export function withdrawn(error: TureenError): TureenError {
  return new TureenError(error.code, `${error.message}, again`, {
    ...error,
    cause: error,
    retryable: false,
    hint: 'the server may be unable to handle this message',
  });
}
