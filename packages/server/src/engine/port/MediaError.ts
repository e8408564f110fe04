/** Thrown for a request to the engine that failed. */
export class MediaError extends Error {
  override name = 'MediaError';
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Reason why the engine refused or failed. The message is always safe for clients: the engine's own text is only in `cause`. */
export type MediaErrorCode =
  /** The parameters are invalid; the message says why. */
  | 'invalidParameters'
  /** No worker is running; the same request may succeed later. */
  | 'noWorker'
  /** The worker did not respond in time; the same request may succeed later. */
  | 'timeout'
  /** Every media port is in use; the same request may succeed later. */
  | 'noPort'
  /** The entity is closed, or its worker exited meanwhile. */
  | 'closed'
  /** The worker refused; the message is one of a few fixed texts. */
  | 'refused';

/** Returns whether the same request may succeed later: the fault is the server's, and temporary. */
export function isPassing({ code }: MediaError): boolean {
  return code === 'noPort' || code === 'noWorker' || code === 'timeout';
}
