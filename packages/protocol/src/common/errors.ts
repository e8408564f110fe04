import { formatIssue, type ParseIssue } from './parse.ts';

/** Exported apart from {@link errorCodes}, as clients need no other code. */
export const INTERNAL_ERROR = 500;

/** Reason of a refused resume, in every dialect. The connection may join as a new one. */
export const NOTHING_TO_RESUME = 'nothing to resume';

/**
 * Codes of refused requests (`errorCode`), by the numbers of HTTP. Other servers use few of them.
 */
export const errorCodes = {
  /** A field is missing or wrong; the reason names it. */
  badRequest: 400,
  /** Not allowed, or disabled. */
  forbidden: 403,
  /** The requesting peer has no such transport, producer or other entity. */
  notFound: 404,
  /** Another peer has the id or name, and this connection may not replace it. */
  conflict: 409,
  /** The session of a resume token ended, or the token was used before. */
  gone: 410,
  /** The server has no media port or no media worker available, or its worker does not respond; the same request may succeed later. */
  unavailable: 503,
  /** Anything else. Other servers refuse unknown methods and requests before join with it. */
  internal: INTERNAL_ERROR,
} as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** A refusal as it is sent. */
export interface Refusal {
  readonly errorCode: ErrorCode;
  readonly errorReason: string;
}

/** Makes a refusal by the name of its code. */
export function refusal(code: keyof typeof errorCodes, errorReason: string): Refusal {
  return { errorCode: errorCodes[code], errorReason };
}

/** Refusals that dialects with these codes share. */
export const refuseBadRequest = (issue: ParseIssue): Refusal => refusal('badRequest', formatIssue(issue));
export const refuseForbidden = (reason: string): Refusal => refusal('forbidden', reason);
export const refuseToResume = (): Refusal => refusal('gone', NOTHING_TO_RESUME);
