/** A request to the engine that failed. */
export class MediaError extends Error {
  override name = 'MediaError';
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Why the engine refused or failed. The message is always fit for clients: the engine's own words are in `cause` only. */
export type MediaErrorCode =
  /** The parameters are wrong; the message says how. */
  | 'invalidParameters'
  /** No worker is running; the same request may succeed later. */
  | 'noWorker'
  /** The worker did not respond in time; the same request may succeed later. */
  | 'timeout'
  /** Every media port is in use; the same request may succeed later. */
  | 'noPort'
  /** The entity is closed, or its worker died meanwhile. */
  | 'closed'
  /** The worker refused; the message is one of a few fixed texts. */
  | 'refused';

/** Whether the same request may succeed later: the fault is the server's, and passes. */
export function isPassing({ code }: MediaError): boolean {
  return code === 'noPort' || code === 'noWorker' || code === 'timeout';
}
