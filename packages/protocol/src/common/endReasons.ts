import { closeCodes } from './closeCodes.ts';

/**
 * Reasons for which `@tureen/server` refuses a connection or ends one. Programs may rely on the set: a new reason is a new feature,
 * documented in `docs/errors.md`. The text of a close frame begins with its reason.
 */
export const endReasons = [
  // The server does not admit the client.
  'unauthorized',
  'forbidden',
  'tokenExpired',
  'originNotAllowed',
  'hostNotAllowed',
  'unknownDialect',
  'badRequest',
  'roomFull',
  'tooManyRooms',
  'tooManyConnections',
  'tooManyJoins',
  'duplicatedPeer',
  'authorizationUnavailable',
  // The server ended the session.
  'left',
  'kicked',
  'replaced',
  'roomClosed',
  'notPermitted',
  'joinTimeout',
  'idle',
  'tooManyMessages',
  'tooManyBytes',
  'badMessages',
  'refusedRequests',
  'messageTooLarge',
  'mediaLost',
  // The server fails or stops.
  'shuttingDown',
  'workerDied',
  'unavailable',
  'internalError',
] as const;

/** One of {@link endReasons}. */
export type EndReason = (typeof endReasons)[number];

/** Close codes of the reasons that are not final. All others use 4000, after which protoo-client does not reconnect. */
const closeCodeOfReason: Readonly<Partial<Record<EndReason, number>>> = {
  shuttingDown: closeCodes.serviceRestart,
  workerDied: closeCodes.serviceRestart,
  unavailable: closeCodes.serviceRestart,
  tooManyConnections: closeCodes.tryAgainLater,
  tooManyJoins: closeCodes.tryAgainLater,
  authorizationUnavailable: closeCodes.tryAgainLater,
  tooManyMessages: closeCodes.policyViolation,
  tooManyBytes: closeCodes.policyViolation,
  badMessages: closeCodes.policyViolation,
  refusedRequests: closeCodes.policyViolation,
  messageTooLarge: closeCodes.messageTooBig,
  internalError: closeCodes.internalError,
};

/** Returns the WebSocket close code of a reason. */
export function closeCodeOf(reason: EndReason): number {
  return closeCodeOfReason[reason] ?? closeCodes.closedByServer;
}

/** Maximum length of the text of a WebSocket close frame, in bytes (RFC 6455, 5.5.1). */
const MAX_CLOSE_REASON_BYTES = 123;

/** Writes the text of a close frame: the reason, a colon and a text for people, shortened to the length of a close frame. */
export function writeCloseReason(reason: EndReason, text?: string): string {
  if (text === undefined || text === '' || text === reason) return reason;
  const bytes = new TextEncoder().encode(`${reason}: ${text}`);
  // Drops a character that the cut splits.
  return new TextDecoder().decode(bytes.subarray(0, MAX_CLOSE_REASON_BYTES), { stream: true });
}

/** Reads the two parts of the text of a close frame. `word` may be a reason that {@link endReasons} does not list. */
export function readCloseReason(reason: string): { readonly word: string; readonly text: string } {
  const [word = '', ...rest] = reason.split(': ');
  return { word, text: rest.join(': ') };
}
