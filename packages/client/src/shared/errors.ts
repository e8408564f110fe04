import type { EndReason } from '@tureen/protocol/common';
import { isFinal } from './finalReasons.ts';

/**
 * Every way in which Tureen can fail. The set is closed: a new code is a new feature, and is in the documentation
 * (`docs/errors.md`).
 */
export type TureenErrorCode =
  /** An argument is of the wrong type or out of range; `hint` names it. */
  | 'invalidArgument'
  /** The call is not possible in the state that the room or the entity is in. */
  | 'invalidState'
  /** The dialect, the server or the browser has no way to do this; `hint` says what to do instead. */
  | 'unsupported'
  /** This browser has no WebRTC that mediasoup-client knows. */
  | 'unsupportedBrowser'
  /** No codec is common to this browser and the server's router. */
  | 'unsupportedCodec'
  /** The connection to the server could not be opened. */
  | 'connectionFailed'
  /** The connection dropped while the call waited. Not `retryable` where the same call ended the connection twice. */
  | 'connectionLost'
  /** The transport cannot send this message, though the connection is open; see `cause`. */
  | 'sendFailed'
  /** The server refused or closed the connection with a final code; `reason` says why. */
  | 'closedByServer'
  /** The server did not answer in time. */
  | 'requestTimeout'
  /** The server answered with an error; `serverCode` holds its number. */
  | 'requestRefused'
  /** The server answered, but not what the protocol says. */
  | 'badResponse'
  /** The room was left, or the entity closed, before the call came to its end. */
  | 'closed'
  /** The caller's AbortSignal fired. */
  | 'aborted'
  /** What was waited for did not happen in time. */
  | 'timeout'
  /** The browser refused or failed to set up media (SDP, ICE, DTLS, encoder). */
  | 'mediaFailed'
  /** The user or the system refused the camera, the microphone or the screen. */
  | 'permissionDenied'
  /** There is no such camera or microphone. */
  | 'deviceNotFound'
  /** Another program holds the camera or the microphone. */
  | 'deviceInUse'
  /** The camera, microphone or screen could not be captured for another reason; see `cause`. */
  | 'captureFailed';

export interface TureenErrorOptions {
  /** What the caller can do about it, in a sentence. */
  hint?: string | undefined;
  /** The error beneath, as it came. */
  cause?: unknown;
  /** The protocol method whose request failed. */
  method?: string | undefined;
  /** The number that the server gave with its refusal. */
  serverCode?: number | undefined;
  /** Why the server refused or ended the connection. */
  reason?: EndReason | (string & {}) | undefined;
  /** The code with which the connection closed. */
  closeCode?: number | undefined;
  /** Overrides what the code and the reason say. */
  retryable?: boolean | undefined;
}

const retryableCodes: ReadonlySet<TureenErrorCode> = new Set([
  'connectionFailed',
  'connectionLost',
  'requestTimeout',
  'deviceInUse',
  'timeout',
] satisfies TureenErrorCode[]);

/** Refusals that hold for the moment only (`requestRefused`): too many requests, and out of something. */
const momentary: readonly unknown[] = [429, 503];

/** The one error class of the SDK: nothing rejects with, or throws, anything else. */
export class TureenError extends Error {
  override readonly name = 'TureenError';
  readonly code: TureenErrorCode;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable: boolean;
  readonly hint: string | undefined;
  /** The protocol method whose request failed, where one did. */
  readonly method: string | undefined;
  /** The number that the server gave with its refusal (`requestRefused`). */
  readonly serverCode: number | undefined;
  /**
   * Why the server refused or ended the connection, as a word for programs (`roomFull`, `tokenExpired`, ...); undefined where it
   * gave none. Servers other than `@tureen/server` may give words or texts of their own.
   */
  readonly reason: EndReason | (string & {}) | undefined;
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
        // The server closes with the final code, for the clients of others; a place may come free all the same.
        reason === 'roomFull' ||
        reason === 'tooManyRooms');
    this.hint = options.hint ?? (reason && 'look up the reason in docs/errors.md');
    this.method = options.method;
    this.serverCode = options.serverCode;
    this.reason = reason;
    this.closeCode = options.closeCode;
  }
}

/** The converter at every border: what is a TureenError stays itself, anything else becomes the cause of one. */
export function toTureenError(error: unknown, code: TureenErrorCode, message?: string): TureenError {
  if (error instanceof TureenError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new TureenError(code, message === undefined ? text : `${message}: ${text}`, { cause: error });
}

/**
 * Whether a server refused by a fault of its own. Without a final reason only a 4xx is a decision; RTCPilot's -1 does not tell the
 * two apart.
 */
export function isServerFault(error: unknown): error is TureenError {
  if (!(error instanceof TureenError) || error.code !== 'requestRefused') return false;
  const { serverCode = 500, reason, retryable } = error;
  if (reason !== undefined && (retryable || isFinal(reason))) return retryable;
  return serverCode < 400 || serverCode >= 500;
}

/** The same error with `retryable` true. */
export function asRetryable(error: TureenError): TureenError {
  return new TureenError(error.code, error.message, { ...error, cause: error.cause, retryable: true });
}

/** The `hint` of an error for an offer that the browser refused, so that it must not be tried again on another transport. */
export const notAgain = 'The room does not try this offer again.';

export const isNotAgain = (error: unknown): boolean => error instanceof TureenError && error.hint === notAgain;

/** True of a failure that another's failure caused: on another transport the same call may succeed. */
export const isCollateral = (error: TureenError): boolean => error.code === 'mediaFailed' && error.retryable;

/** True of an error that says the connection is gone, so that the desired state stands. A withdrawn operation is no such loss. */
export function isConnectionLoss(error: unknown): boolean {
  return (
    error instanceof TureenError &&
    error.retryable &&
    (error.code === 'connectionLost' || error.code === 'connectionFailed')
  );
}
