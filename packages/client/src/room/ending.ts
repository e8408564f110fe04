import { type EndReason, readCloseReason } from '@tureen/protocol/common';
import type { CloseReason } from './RoomTypes.ts';

/** How a session ended without `leave()`. */
export interface Ending {
  readonly reason: CloseReason;
  readonly detail?: string | undefined;
}

/**
 * Words with which the server ends a joined session. After the others the room reconnects. Not `endReasons` itself: half of it
 * would be dead weight in the bundle; a test compares the two.
 */
const final =
  /^(left|kicked|replaced|roomClosed|unauthorized|forbidden|tokenExpired|originNotAllowed|hostNotAllowed|unknownDialect|badRequest|duplicatedPeer|notPermitted|joinTimeout|idle|mediaLost)$/;

/** Reads the text that a server gives as it ends the session, `word: text` by ours. Any other text becomes the detail. */
export function toEnding(given = ''): Ending {
  const { word, text } = readCloseReason(given);
  return final.test(word)
    ? { reason: word as EndReason, detail: text || undefined }
    : { reason: 'closedByServer', detail: given || undefined };
}
