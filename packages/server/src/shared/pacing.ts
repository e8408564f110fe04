/**
 * Delay before a close after which a client that had not joined may connect again, in ms. protoo-client reconnects at once
 * when an open connection closes: without the delay it would loop without pause.
 */
export const RECONNECT_PACE_MS = 1000;
