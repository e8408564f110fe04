import { type EndReason, readCloseReason } from '@tureen/protocol/common';

/** End reasons after which the client must not reconnect, except for one rejoin after `mediaLost`. */
export type FinalReason = Extract<
  EndReason,
  | 'left'
  | 'kicked'
  | 'replaced'
  | 'roomClosed'
  | 'unauthorized'
  | 'forbidden'
  | 'tokenExpired'
  | 'originNotAllowed'
  | 'hostNotAllowed'
  | 'unknownDialect'
  | 'badRequest'
  | 'duplicatedPeer'
  | 'notPermitted'
  | 'joinTimeout'
  | 'idle'
  | 'mediaLost'
>;

// Repeats a part of `endReasons`: one list and a table of the final reasons would be larger in the bundle. A test compares both.
const final =
  /^(left|kicked|replaced|roomClosed|unauthorized|forbidden|tokenExpired|originNotAllowed|hostNotAllowed|unknownDialect|badRequest|duplicatedPeer|notPermitted|joinTimeout|idle|mediaLost)$/;
const passing =
  /^(roomFull|tooMany(Rooms|Connections|Joins|Messages|Bytes)|authorizationUnavailable|badMessages|refusedRequests|messageTooLarge|shuttingDown|workerDied|unavailable|internalError)$/;

/** Returns whether the client must not reconnect after `reason`. */
export const isFinal = (reason: string): reason is FinalReason => final.test(reason);

const isEndReason = (reason: string): reason is EndReason => isFinal(reason) || passing.test(reason);

/** Reason and text for people with which a server ends a connection. */
export interface ServerReason {
  readonly reason: EndReason | undefined;
  readonly detail: string | undefined;
}

/** Reads `reason: detail` from `@tureen/server`. Any other text is the detail. */
export function readServerReason(given = ''): ServerReason {
  const { word, text } = readCloseReason(given);
  return isEndReason(word)
    ? { reason: word, detail: text || undefined }
    : { reason: undefined, detail: given || undefined };
}
