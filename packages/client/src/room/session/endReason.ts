import { type EndReason, readCloseReason } from '@tureen/protocol/common';
import { isFinal } from '../../shared/finalReasons.ts';
import type { CloseReason } from '../events.ts';

/** How a session ended. */
export interface SessionEnd {
  readonly reason: CloseReason;
  readonly detail?: string | undefined;
}

/** Reads the text with which a server ends the session: `reason: detail` from `@tureen/server`. Any other text is the detail. */
export function readEndReason(text = ''): SessionEnd {
  const { word, text: detail } = readCloseReason(text);
  return isFinal(word)
    ? { reason: word as EndReason, detail: detail || undefined }
    : { reason: 'closedByServer', detail: text || undefined };
}
