import type { EndReason } from '@tureen/protocol/common';
import { isFinal } from './finalReasons.ts';

/** What failed. A closed set: each code is documented in `docs/errors.md`. */
export type TureenErrorCode =
  /** An argument is of the wrong type or out of range; `argument` names it. */
  | 'invalidArgument'
  /** The room or the entity is in a state that does not allow the call. */
  | 'invalidState'
  /** Not supported by the dialect, the server or the browser; `hint` says what to do instead. */
  | 'unsupported'
  /** mediasoup-client does not support the WebRTC of this browser. */
  | 'unsupportedBrowser'
  /** This browser and the server's router have no codec in common. */
  | 'unsupportedCodec'
  /** The connection to the server could not be opened. */
  | 'connectionFailed'
  /** The connection dropped during the call. Not `retryable` where the same call ended the connection twice. */
  | 'connectionLost'
  /** The transport cannot send this message, though the connection is open; see `cause`. */
  | 'sendFailed'
  /** The server refused or closed the connection with a final code; `reason` says why. */
  | 'closedByServer'
  /** The server did not respond in time. */
  | 'requestTimeout'
  /** The server responded with an error; `serverCode` is its number. */
  | 'requestRefused'
  /** The server's response violates the protocol. */
  | 'badResponse'
  /** The room was left, or the entity closed, during the call. */
  | 'closed'
  /** The `AbortSignal` of the call aborted. */
  | 'aborted'
  /** The awaited event did not occur in time. */
  | 'timeout'
  /** The browser refused or failed to set up media (SDP, ICE, DTLS, encoder). */
  | 'mediaFailed'
  /** The user or the system denied access to the camera, the microphone or the screen. */
  | 'permissionDenied'
  /** No such camera or microphone is connected. */
  | 'deviceNotFound'
  /** Another program uses the camera or the microphone. */
  | 'deviceInUse'
  /** Capturing the camera, the microphone or the screen failed for another reason; see `cause`. */
  | 'captureFailed';

export interface TureenErrorOptions {
  /** Path of the wrong argument or option, e.g. `device.name`. */
  argument?: string | undefined;
  /** Advice for the caller. */
  hint?: string | undefined;
  /** The error that caused it, unchanged. */
  cause?: unknown;
  /** Protocol method of the failed request. */
  method?: string | undefined;
  /** Error number of the server's response. */
  serverCode?: number | undefined;
  /** Why the server refused or ended the connection. */
  reason?: EndReason | undefined;
  /** The server's text for people, or its own reason where that is none of `EndReason`. */
  detail?: string | undefined;
  /** The code with which the connection closed. */
  closeCode?: number | undefined;
  /** Overrides the default of the code and the reason. */
  retryable?: boolean | undefined;
}

const retryableCodes: ReadonlySet<TureenErrorCode> = new Set([
  'connectionFailed',
  'connectionLost',
  'requestTimeout',
  'deviceInUse',
  'timeout',
] satisfies TureenErrorCode[]);

/** Error numbers of temporary refusals (`requestRefused`): too many requests, and no capacity. */
const momentary: readonly unknown[] = [429, 503];

/** The same symbol in every copy of the package. */
const brand = Symbol.for('tureen.error');

/** The one error class of the SDK. Nothing throws or rejects with any other. */
export class TureenError extends Error {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  /** Whether `value` is a `TureenError`, of this copy of the package or of another: `instanceof` is false for the latter. */
  static is(value: unknown): value is TureenError {
    return typeof value === 'object' && value !== null && brand in value;
  }

  override readonly name = 'TureenError';
  readonly code: TureenErrorCode;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean;
  /** Path of the wrong argument or option, e.g. `roomId`, `encodings[1].maxBitrate` (`invalidArgument`). */
  readonly argument: string | undefined;
  /** Advice for the caller. */
  readonly hint: string | undefined;
  /** Protocol method of the failed request. */
  readonly method: string | undefined;
  /** Error number of the server's response (`requestRefused`). */
  readonly serverCode: number | undefined;
  /**
   * Why the server refused or closed the connection: `roomFull`, `tokenExpired`, ...; undefined where the server gave no reason of
   * this closed set. The reason of another server is in `detail`.
   */
  readonly reason: EndReason | undefined;
  /** The server's text for people after `reason`; without a `reason` all that the server said of the end. */
  readonly detail: string | undefined;
  /** WebSocket close code, where the connection closed. */
  readonly closeCode: number | undefined;

  constructor(code: TureenErrorCode, message: string, options: TureenErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    const { reason } = options;
    this.retryable =
      options.retryable ??
      (retryableCodes.has(code) ||
        momentary.includes(options.serverCode) ||
        // `@tureen/server` closes with a final code here, for the sake of other clients, although capacity may become free.
        reason === 'roomFull' ||
        reason === 'tooManyRooms');
    this.argument = options.argument;
    this.hint = options.hint ?? (reason && 'look up the reason in docs/errors.md');
    this.method = options.method;
    this.serverCode = options.serverCode;
    this.reason = reason;
    this.detail = options.detail;
    this.closeCode = options.closeCode;
  }
}

/** Converts what a call threw: a `TureenError` stays as it is, anything else becomes the `cause` of a new one. */
export function toTureenError(error: unknown, code: TureenErrorCode, message?: string): TureenError {
  if (TureenError.is(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new TureenError(code, message === undefined ? text : `${message}: ${text}`, { cause: error });
}

/**
 * Whether a refusal is a fault of the server rather than a decision. Without a final reason only a 4xx is a decision; RTCPilot's -1
 * may be either.
 */
export function isServerFault(error: unknown): error is TureenError {
  if (!TureenError.is(error) || error.code !== 'requestRefused') return false;
  const { serverCode = 500, reason, retryable } = error;
  if (reason !== undefined && (retryable || isFinal(reason))) return retryable;
  return serverCode < 400 || serverCode >= 500;
}

/** The same error with `retryable` true. */
export function asRetryable(error: TureenError): TureenError {
  return new TureenError(error.code, error.message, { ...error, cause: error.cause, retryable: true });
}

/** `hint` of the error for an offer that the browser refused, and that the room does not try on another transport. */
export const notAgain = 'The room does not try this offer again.';

export const isNotAgain = (error: unknown): boolean => TureenError.is(error) && error.hint === notAgain;

/** Whether the failure of another call caused this one, so that the same call may succeed on another transport. */
export const isCollateral = (error: TureenError): boolean => error.code === 'mediaFailed' && error.retryable;

/** Whether the connection is lost, so that the requested state stays for the next one. False for a withdrawn operation. */
export function isConnectionLoss(error: unknown): boolean {
  return (
    TureenError.is(error) && error.retryable && (error.code === 'connectionLost' || error.code === 'connectionFailed')
  );
}
