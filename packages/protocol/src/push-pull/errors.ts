import { formatIssue, type MediaKind, type ParseIssue } from '../common/index.ts';
import { NOTHING_TO_RESUME } from '../common/errors.ts';

export { closeCodes } from '../common/closeCodes.ts';

/** Codes of refused requests (`errorCode`). */
export const errorCodes = {
  /** The only code of RTCPilot. The reason describes the failure. */
  refused: -1,
  /** Tureen's: the offer of a pull cannot carry the requested codec. */
  notAcceptable: 488,
  /** Tureen's: the session of a resume token ended, or the token was used before. */
  gone: 410,
  /** Tureen's: too many joins of the user within a minute. The same request may succeed later. */
  tooManyRequests: 429,
  /** Tureen's: no media port or media worker is available, or the worker does not respond. The same request may succeed later. */
  unavailable: 503,
} as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** A refusal as the server sends it. */
export interface Refusal {
  readonly errorCode: ErrorCode;
  readonly errorReason: string;
}

const refused = (errorReason: string): Refusal => ({ errorCode: errorCodes.refused, errorReason });

/** Refusals of the dialect, with the texts of RTCPilot where known. */
export const refusals = {
  /** E.g. `invalid pull request: specs.0.type: Required`. */
  invalid: (method: string, issue: ParseIssue): Refusal => refused(`invalid ${method} request: ${formatIssue(issue)}`),
  joinFailed: (reason?: string): Refusal => refused(reason ? `user join failed: ${reason}` : 'user join failed'),
  /** Too many joins of one user within a minute. */
  tooManyJoins: (): Refusal => ({
    errorCode: errorCodes.tooManyRequests,
    errorReason: 'user join failed: too many joins of this user within a minute',
  }),
  /** The offer of `push` or `pull` is invalid, or has no usable media section. */
  sdpFailed: (method: 'push' | 'pull', reason?: string): Refusal =>
    refused(reason ? `handle ${method} sdp failed: ${reason}` : `handle ${method} sdp failed`),
  /** The server has no session of the user. The client joins again. */
  heartbeatFailed: (): Refusal => refused('handle heartbeat failed'),
  duplicatedPeer: (): Refusal => refused('duplicated Peer'),
  /** push, pull or another request before join. */
  notJoined: (): Refusal => refused('not joined'),
  /** The room or user differs from the join of this connection. */
  notJoinedAs: (roomId: string, userId: string): Refusal => refused(`not joined as ${userId} in ${roomId}`),
  nothingToResume: (): Refusal => ({ errorCode: errorCodes.gone, errorReason: NOTHING_TO_RESUME }),
  alreadyJoined: (): Refusal => refused('already joined'),
  /** The pusher is unknown, closed, of another user, or of the requesting user. */
  pusherNotFound: (pusherId: string): Refusal => refused(`pusher not found ${pusherId}`),
  /** The offer of a pull has no section, or no payload type, for this codec. */
  codecNotOffered: (kind: MediaKind, codec: string): Refusal => ({
    errorCode: errorCodes.notAcceptable,
    errorReason: `the offer has no ${kind} section that can carry ${codec}`,
  }),
  /** RTCPilot sends no response to unknown methods. */
  unknownMethod: (method: string): Refusal => refused(`unknown request.method "${method}"`),
  forbidden: (reason: string): Refusal => refused(reason),
} as const;

/** Returns whether a server refused a request because the pusher does not exist. */
export function isPusherNotFoundError(reason: string): boolean {
  return reason.startsWith('pusher not found');
}

/** Returns whether a server refused a join because the user ID is in use, perhaps by an earlier connection of this client. */
export function isDuplicatedPeerError(reason: string): boolean {
  return reason.includes('duplicated Peer');
}
