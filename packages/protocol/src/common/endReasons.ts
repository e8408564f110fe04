import { closeCodes } from './errors.ts';

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
  'mediaLost',
  // The server has a fault, or stops.
  'shuttingDown',
  'workerDied',
  'unavailable',
  'internalError',
] as const;

/** One of {@link endReasons}. */
export type EndReason = (typeof endReasons)[number];

/**
 * Close codes of the words after which a client may connect again. Every other word is final: it goes with 4000, after which
 * protoo's clients stay away.
 */
const closeCodesOfWords: Readonly<Partial<Record<EndReason, number>>> = {
  // Soon a new worker, or a restarted server, takes the client again.
  shuttingDown: 1012,
  workerDied: 1012,
  unavailable: 1012,
  // Try again later: the room of `@tureen/client` waits for 10 seconds or more.
  tooManyConnections: 1013,
  tooManyJoins: 1013,
  authorizationUnavailable: 1013,
  // The client broke a limit.
  tooManyMessages: 1008,
  tooManyBytes: 1008,
  badMessages: 1008,
  refusedRequests: 1008,
  messageTooLarge: 1009,
  internalError: 1011,
};

/** WebSocket close code that goes with a word. */
export function closeCodeOf(reason: EndReason): number {
  return closeCodesOfWords[reason] ?? closeCodes.closedByServer;
}

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
