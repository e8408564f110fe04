/** By itself, as it is all that a client asks for. */
export const INTERNAL_ERROR = 500;

/** In every dialect, to whom the server kept nothing for: the connection is as new then. */
export const NOTHING_TO_RESUME = 'nothing to resume';

/**
 * Numbers of a refused request (`errorCode`) where they are those of HTTP. Genuine servers know few of them, and mean
 * nothing much by them.
 */
export const errorCodes = {
  /** A field is missing or wrong; the reason names it. */
  badRequest: 400,
  /** Not allowed, or switched off. */
  forbidden: 403,
  /** No such transport, producer, ... among the asking peer's own. */
  notFound: 404,
  /** An id or a name is taken by someone whom this connection may not replace. */
  conflict: 409,
  /** What a token led to is over, or the token was used. */
  gone: 410,
  /** The server has no media port or no media worker available, or its worker does not respond; the same request may succeed later. */
  unavailable: 503,
  /** Anything else; all that genuine servers say of unknown methods and of the wrong order. */
  internal: INTERNAL_ERROR,
} as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** A refusal as it goes on the wire. */
export interface Refusal {
  readonly errorCode: ErrorCode;
  readonly errorReason: string;
}

/** A refusal by the name of its number. */
export function refusal(code: keyof typeof errorCodes, errorReason: string): Refusal {
  return { errorCode: errorCodes[code], errorReason };
}

/** WebSocket close codes that decide whether a client connects again; `closeCodeOf` has those of each reason. */
export const closeCodes = {
  /** Final: a kick, a closed or full room, the same peer elsewhere and, in stock servers, lost ICE. Clients of protoo stay away. */
  closedByServer: 4000,
  /** "Service restart": a client reconnects. */
  comeBack: 1012,
} as const;
