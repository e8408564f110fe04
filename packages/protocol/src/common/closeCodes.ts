/** Final close: the client must not reconnect. Exported separately from {@link closeCodes}, since most clients need no other code. */
export const CLOSED_BY_SERVER = 4000;

/** WebSocket close codes that Tureen's ends send and read. `closeCodeOf` returns the code of each `EndReason`. */
export const closeCodes = {
  /** The user closed or left the page. Sent by browsers. */
  goingAway: 1001,
  /** The client exceeded a limit. */
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  /** The server stops or replaces its media worker. The client reconnects. */
  serviceRestart: 1012,
  /** The client reconnects after 10 seconds or more. */
  tryAgainLater: 1013,
  /** Final: a kick, a closed or full room, a replaced peer and, in stock servers, lost ICE. protoo-client does not reconnect. */
  closedByServer: CLOSED_BY_SERVER,
} as const;
