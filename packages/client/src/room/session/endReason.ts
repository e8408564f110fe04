import { type EndReason, readCloseReason } from '@tureen/protocol/common';
import { isFinal } from '../../shared/finalReasons.ts';
import type { CloseReason } from '../events.ts';

/** How a session ended without `leave()`. */
export interface Ending {
  readonly reason: CloseReason;
  readonly detail?: string | undefined;
}

/** Reads the text that a server gives as it ends the session, `word: text` by ours. Any other text becomes the detail. */
export function toEnding(given = ''): Ending {
  const { word, text } = readCloseReason(given);
  return isFinal(word)
    ? { reason: word as EndReason, detail: text || undefined }
    : { reason: 'closedByServer', detail: given || undefined };
}
