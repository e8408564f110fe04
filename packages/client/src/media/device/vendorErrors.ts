import { TureenError } from '../../shared/errors.ts';

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/**
 * Converts an error of mediasoup-client or of the browser. `what`: the call. Compares names, not classes: mediasoup-client does
 * not export its classes, and its queue has others.
 */
export function toMediaError(error: unknown, what: string): TureenError {
  if (TureenError.is(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (isVendorClosed(error)) return new TureenError('closed', `${what}: the transport is closed`, { cause: error });
  if (nameOf(error) === 'UnsupportedError') return new TureenError('unsupported', `${what}: ${text}`, { cause: error });
  return new TureenError('mediaFailed', `${what}: ${text}`, { cause: error });
}

/** Returns whether mediasoup-client rejects because the entity or its transport is closed. */
export function isVendorClosed(error: unknown): boolean {
  const name = nameOf(error);
  return (
    name === 'AwaitQueueStoppedError' || (name === 'InvalidStateError' && (error as Error).message.includes('closed'))
  );
}
