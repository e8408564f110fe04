import { formatIssue, type MediaKind, type ParseIssue } from '../common/index.ts';
import { NOTHING_TO_RESUME } from '../common/errors.ts';

export { closeCodes } from '../common/closeCodes.ts';

/** Numbers of a refused request (`errorCode`). */
export const errorCodes = {
  /** All that RTCPilot knows; the reason says what is wrong. */
  refused: -1,
  /** Ours: of a pull whose offer cannot carry what was asked for. */
  notAcceptable: 488,
  /** Ours: what a token led to is over, or the token was used. */
  gone: 410,
  /** Ours: of a join, where the user joined too often within a minute; the same request may succeed later. */
  tooManyRequests: 429,
  /** Tureen's: no media port or media worker is available, or the worker does not respond; the same request may succeed later. */
  unavailable: 503,
} as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** A refusal as it goes on the wire. */
export interface Refusal {
  readonly errorCode: ErrorCode;
  readonly errorReason: string;
}

const refused = (errorReason: string): Refusal => ({ errorCode: errorCodes.refused, errorReason });

/** The refusals of the dialect, in RTCPilot's words where it has them. */
export const refusals = {
  /** E.g. `invalid pull request: specs.0.type: Required`. */
  invalid: (method: string, issue: ParseIssue): Refusal => refused(`invalid ${method} request: ${formatIssue(issue)}`),
  joinFailed: (reason?: string): Refusal => refused(reason ? `user join failed: ${reason}` : 'user join failed'),
  /** Too many joins of one user within a minute. */
  tooManyJoins: (): Refusal => ({
    errorCode: errorCodes.tooManyRequests,
    errorReason: 'user join failed: too many joins of this user within a minute',
  }),
  /** `method` `push` or `pull`: the offer makes no sense, or nothing can be sent on it. */
  sdpFailed: (method: 'push' | 'pull', reason?: string): Refusal =>
    refused(reason ? `handle ${method} sdp failed: ${reason}` : `handle ${method} sdp failed`),
  /** Whoever sends heartbeats has been forgotten: time to join again. */
  heartbeatFailed: (): Refusal => refused('handle heartbeat failed'),
  duplicatedPeer: (): Refusal => refused('duplicated Peer'),
  /** push, pull and the rest before join. */
  notJoined: (): Refusal => refused('not joined'),
  /** Another room or user than this connection has joined as. */
  notJoinedAs: (roomId: string, userId: string): Refusal => refused(`not joined as ${userId} in ${roomId}`),
  nothingToResume: (): Refusal => ({ errorCode: errorCodes.gone, errorReason: NOTHING_TO_RESUME }),
  alreadyJoined: (): Refusal => refused('already joined'),
  /** Unknown, dead, of another user, or one's own. */
  pusherNotFound: (pusherId: string): Refusal => refused(`pusher not found ${pusherId}`),
  /** The offer of a pull has no section, or no payload type, for this codec. */
  codecNotOffered: (kind: MediaKind, codec: string): Refusal => ({
    errorCode: errorCodes.notAcceptable,
    errorReason: `the offer has no ${kind} section that can carry ${codec}`,
  }),
  /** RTCPilot itself says nothing at all. */
  unknownMethod: (method: string): Refusal => refused(`unknown request.method "${method}"`),
  forbidden: (reason: string): Refusal => refused(reason),
} as const;

/** Whether a refusal says that the pusher is not there (any more). */
export function isPusherNotFoundError(reason: string): boolean {
  return reason.startsWith('pusher not found');
}

/** Whether a refusal says that the user id is taken: by someone else, or still by ourselves. */
export function isDuplicatedPeerError(reason: string): boolean {
  return reason.includes('duplicated Peer');
}
