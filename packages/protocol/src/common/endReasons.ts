/**
 * Why `@tureen/server` refuses a connection or ends one, as a word for programs. The set is closed: a new word is a new
 * feature, and stands in `docs/errors.md`. On the wire the word begins the reason of the close frame.
 */
export const endReasons = [
  // The client may not enter.
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
  // The server has a fault, or stops.
  'shuttingDown',
  'workerDied',
  'unavailable',
  'internalError',
] as const;

/** One of {@link endReasons}. */
export type EndReason = (typeof endReasons)[number];

/** Bytes that the reason of a WebSocket close frame may have (RFC 6455, 5.5.1). */
const MAX_CLOSE_REASON_BYTES = 123;

/** The reason of a close frame: the word, and after a colon a text for people, cut to what a close frame holds. */
export function writeCloseReason(reason: EndReason, text?: string): string {
  if (text === undefined || text === '' || text === reason) return reason;
  const bytes = new TextEncoder().encode(`${reason}: ${text}`);
  // A character that the cut splits is dropped.
  return new TextDecoder().decode(bytes.subarray(0, MAX_CLOSE_REASON_BYTES), { stream: true });
}

/** The reason of a close frame in its two parts. `word` is the server's own and may be none of {@link endReasons}. */
export function readCloseReason(reason: string): { readonly word: string; readonly text: string } {
  const [word = '', ...rest] = reason.split(': ');
  return { word, text: rest.join(': ') };
}
