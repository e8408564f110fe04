import { endReasons } from '@tureen/protocol/common';

/**
 * Why the server ended a connection, as the metrics count it: a reason that the client reads in the close frame, or the reason
 * of a connection that the server cut without one.
 */
export const connectionEnds = [
  ...endReasons,
  /** Took nothing for `slowReaderMs` with more than `maxBufferedBytes` waiting, or 16 times as much waited. */
  'slowReader',
  /** Was the farthest behind when `maxBufferedTotalBytes` were exceeded. */
  'bufferTotal',
  /** Sent nothing between two pings. */
  'noPong',
] as const;

/** One of {@link connectionEnds}. */
export type ConnectionEndReason = (typeof connectionEnds)[number];
