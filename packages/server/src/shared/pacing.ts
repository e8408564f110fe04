/**
 * Time before a close that lets the client connect again, in ms, where it had not joined. protoo-client connects again at once
 * when a connection that was open closes: without the wait it would do so without pause.
 */
export const RECONNECT_PACE_MS = 1000;
