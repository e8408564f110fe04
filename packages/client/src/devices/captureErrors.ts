import { TureenError, type TureenErrorCode } from '../shared/errors.ts';

interface Meaning {
  readonly code: TureenErrorCode;
  readonly hint?: string;
}

const meanings: Readonly<Record<string, Meaning>> = {
  NotAllowedError: { code: 'permissionDenied', hint: 'Ask the user to allow access in the page settings.' },
  SecurityError: { code: 'permissionDenied', hint: 'Allow capture in the page and in its frame.' },
  NotFoundError: { code: 'deviceNotFound' },
  OverconstrainedError: { code: 'deviceNotFound' },
  NotReadableError: { code: 'deviceInUse', hint: 'Close other programs that use the device.' },
  InvalidStateError: { code: 'invalidState', hint: 'Capture the screen in the handler of a click.' },
};

/** Converts an error of getUserMedia or getDisplayMedia. */
export function toCaptureError(error: unknown, what: string): TureenError {
  if (TureenError.is(error)) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  // Firefox reports a camera that another program uses with this name and message.
  const isFirefoxInUse = name === 'AbortError' && message.startsWith('Starting ');
  const { code, hint } = meanings[isFirefoxInUse ? 'NotReadableError' : name] ?? { code: 'captureFailed' as const };
  return new TureenError(code, `${what}: ${message === '' ? name : message}`, { hint, cause: error });
}
