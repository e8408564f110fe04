import { endReasons } from '@tureen/protocol/common';

/**
 * Reasons why the server closed a connection, for the metrics: a reason in the close frame, or one for a connection that the
 * server cut without a close frame.
 */
export const connectionEnds = [
  ...endReasons,
  /** The client read nothing for `slowReaderMs` with more than `maxBufferedBytes` waiting, or 16 times as much waited. */
  'slowReader',
  /** The client was the slowest when `maxBufferedTotalBytes` was exceeded. */
  'bufferTotal',
  /** The client sent nothing between two pings. */
  'noPong',
] as const;

/** Reason of {@link connectionEnds}. */
export type ConnectionEndReason = (typeof connectionEnds)[number];
