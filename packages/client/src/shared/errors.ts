import type { EndReason } from '@tureen/protocol/common';
import { isFinal } from './finalReasons.ts';

/** What failed. A closed set: each code is documented in `docs/errors.md`. */
export type TureenErrorCode =
  /** An argument is of the wrong type or out of range; `argument` names it. */
  | 'invalidArgument'
  /** The room or the entity is in a state that does not allow the call. */
  | 'invalidState'
  /** The dialect, the server or the browser does not support the call; `hint` names an alternative, if there is one. */
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
  /** The server refused or closed the connection with a final code; see `reason`. */
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
  /** The camera or microphone is not connected. */
  | 'deviceNotFound'
  /** Another program uses the camera or the microphone. */
  | 'deviceInUse'
  /** Capturing the camera, the microphone or the screen failed for another reason; see `cause`. */
  | 'captureFailed';

/** Options of `new TureenError()`. */
export interface TureenErrorOptions {
  /** Path of the wrong argument or option, e.g. `device.name`. */
  argument?: string | undefined;
  /** Advice for the developer, as an imperative. */
  hint?: string | undefined;
  /** The original error, unchanged. */
  cause?: unknown;
  /** Protocol method of the failed request. */
  method?: string | undefined;
  /** Error number of the server's response. */
  serverCode?: number | undefined;
  /** Why the server refused or ended the connection. */
  reason?: EndReason | undefined;
  /** The server's text for people, or its own reason where that is not an `EndReason`. */
  detail?: string | undefined;
  /** WebSocket close code of the connection. */
  closeCode?: number | undefined;
  /** Overrides the default, which `code`, `reason` and `serverCode` decide. */
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

/** Error of the SDK. Every call throws or rejects with this class only. */
export class TureenError extends Error {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  /** Returns whether `value` is a `TureenError`, of this copy of the package or another. `instanceof` fails for another copy. */
  static is(value: unknown): value is TureenError {
    return typeof value === 'object' && value !== null && brand in value;
  }

  /** Always `TureenError`. */
  override readonly name = 'TureenError';
  /** What failed; see `docs/errors.md`. */
  readonly code: TureenErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Path of the wrong argument or option, e.g. `roomId`, `encodings[1].maxBitrate` (`invalidArgument`). */
  readonly argument: string | undefined;
  /** Advice for the developer, as an imperative. */
  readonly hint: string | undefined;
  /** Protocol method of the failed request. */
  readonly method: string | undefined;
  /** Error number of the server's response (`requestRefused`). */
  readonly serverCode: number | undefined;
  /**
   * Why the server refused or closed the connection, e.g. `roomFull`, `tokenExpired`. Undefined where the server gave none of
   * these reasons. Another server's reason is in `detail`.
   */
  readonly reason: EndReason | undefined;
  /** The server's text for people after `reason`. Without a `reason`: the whole text of the server. */
  readonly detail: string | undefined;
  /** WebSocket close code, where the connection closed. */
  readonly closeCode: number | undefined;

  /** Creates an error, e.g. for a custom transport or engine. */
  constructor(code: TureenErrorCode, message: string, options: TureenErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    const { reason } = options;
    this.retryable =
      options.retryable ??
      (retryableCodes.has(code) ||
        momentary.includes(options.serverCode) ||
        // `@tureen/server` uses a final close code here for the sake of other clients, although capacity may become free.
        reason === 'roomFull' ||
        reason === 'tooManyRooms');
    this.argument = options.argument;
    this.hint = options.hint ?? (reason && 'Look up the reason in docs/errors.md.');
    this.method = options.method;
    this.serverCode = options.serverCode;
    this.reason = reason;
    this.detail = options.detail;
    this.closeCode = options.closeCode;
  }
}

/** Converts an error that a call threw: a `TureenError` stays as it is, anything else becomes the `cause` of a new one. */
export function toTureenError(error: unknown, code: TureenErrorCode, message?: string): TureenError {
  if (TureenError.is(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new TureenError(code, message === undefined ? text : `${message}: ${text}`, { cause: error });
}

/**
 * Returns whether a refusal is a fault of the server rather than a decision. Without a final reason only a 4xx is a decision.
 * RTCPilot's -1 may be either.
 */
export function isServerFault(error: unknown): error is TureenError {
  if (!TureenError.is(error) || error.code !== 'requestRefused') return false;
  const { serverCode = 500, reason, retryable } = error;
  if (reason !== undefined && (retryable || isFinal(reason))) return retryable;
  return serverCode < 400 || serverCode >= 500;
}

/** Copies the error with `retryable` true. */
export function asRetryable(error: TureenError): TureenError {
  return new TureenError(error.code, error.message, { ...error, cause: error.cause, retryable: true });
}

/** Hint of the error for an offer that the browser refused. The room does not consume that offer on another transport. */
export const notAgain = 'The room does not try this offer again.';

export const isNotAgain = (error: unknown): boolean => TureenError.is(error) && error.hint === notAgain;

/** Returns whether the failure of another call caused this error, so that the same call may succeed on another transport. */
export const isCollateral = (error: TureenError): boolean => error.code === 'mediaFailed' && error.retryable;

/** Returns whether the connection dropped, so that the next session repeats the operation. False for a withdrawn operation. */
export function isConnectionLoss(error: unknown): boolean {
  return (
    TureenError.is(error) && error.retryable && (error.code === 'connectionLost' || error.code === 'connectionFailed')
  );
}
