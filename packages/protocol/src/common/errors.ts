import { formatIssue, type ParseIssue } from './parse.ts';

/** Exported separately from {@link errorCodes}, since clients need no other code. */
export const INTERNAL_ERROR = 500;

/** Reason of a refused resume in every dialect. The client may join as a new peer over the same connection. */
export const NOTHING_TO_RESUME = 'nothing to resume';

/** Codes of refused requests (`errorCode`), with the numbers of HTTP. Other servers use few of them. */
export const errorCodes = {
  /** A field is missing or invalid. The reason names the field. */
  badRequest: 400,
  /** Not allowed, or disabled. */
  forbidden: 403,
  /** The requesting peer has no such transport, producer or other entity. */
  notFound: 404,
  /** Another peer has the ID or name, and this connection may not replace that peer. */
  conflict: 409,
  /** The session of a resume token ended, or the token was used before. */
  gone: 410,
  /** No media port or media worker is available, or the worker does not respond. The same request may succeed later. */
  unavailable: 503,
  /** Any other failure, such as an unknown method. */
  internal: INTERNAL_ERROR,
} as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** A refusal as the server sends it. */
export interface Refusal {
  readonly errorCode: ErrorCode;
  readonly errorReason: string;
}

/** Creates a refusal by the name of its code. */
export function refusal(code: keyof typeof errorCodes, errorReason: string): Refusal {
  return { errorCode: errorCodes[code], errorReason };
}

/** Refusals that dialects with these codes share. */
export const refuseBadRequest = (issue: ParseIssue): Refusal => refusal('badRequest', formatIssue(issue));
export const refuseForbidden = (reason: string): Refusal => refusal('forbidden', reason);
export const refuseToResume = (): Refusal => refusal('gone', NOTHING_TO_RESUME);
