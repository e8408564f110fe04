import { isFinal, readServerReason, type ServerReason } from '../../shared/finalReasons.ts';
import type { EndedByServerReason, SessionEndReason } from '../closeReasons.ts';

/** How a session ended. */
export interface SessionEnd {
  readonly reason: SessionEndReason;
  readonly detail?: string | undefined;
}

/** How the server ended a session. */
export interface EndByServer extends SessionEnd {
  readonly reason: EndedByServerReason;
}

/** Reads how the server ended a session: a final reason, or `closedByServer` with the server's whole text as the detail. */
export function toSessionEnd({ reason, detail }: ServerReason): EndByServer {
  if (reason !== undefined && isFinal(reason)) return { reason, detail };
  return { reason: 'closedByServer', detail: [reason, detail].filter(Boolean).join(': ') || undefined };
}

/** Reads the text with which a server ends the session: `reason: detail` from `@tureen/server`. Any other text is the detail. */
export const readEndReason = (text?: string): EndByServer => toSessionEnd(readServerReason(text));
