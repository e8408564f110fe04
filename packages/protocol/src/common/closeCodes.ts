/** Final close: the client must not reconnect. Exported apart from {@link closeCodes}, as most clients need no other code. */
export const CLOSED_BY_SERVER = 4000;

/** WebSocket close codes that Tureen's ends send and read. `closeCodeOf` returns the code of each `EndReason`. */
export const closeCodes = {
  /** The page of the client was closed or left; sent by browsers. */
  goingAway: 1001,
  /** The client broke a limit. */
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  /** The server stops or replaces its media worker; the client reconnects. */
  serviceRestart: 1012,
  /** The client reconnects after 10 seconds or more. */
  tryAgainLater: 1013,
  /** Final: a kick, a closed or full room, a replaced peer and, in stock servers, lost ICE. Clients of protoo stay away. */
  closedByServer: CLOSED_BY_SERVER,
} as const;
