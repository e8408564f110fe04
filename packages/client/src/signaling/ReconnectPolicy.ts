import { checkValue } from '../shared/checks/development.ts';

/** The state of a room that lost its connection, for a {@link ReconnectPolicy}. */
export interface ReconnectAttempt {
  /**
   * Number of the next attempt, from 1. Counts on over sessions that lasted less than 10 s. Attempts that fail while the
   * browser is offline do not count.
   */
  readonly attempt: number;
  /** ms since the loss before attempt 1, without the time that the browser was offline. */
  readonly elapsedMs: number;
  /** ms since the room last entered: by `join()`, a rejoin or a resume. */
  readonly sinceLastSuccessMs: number;
}

/**
 * Returns the ms to wait before the attempt, from 0 to 2 147 483 647. Null ends the session with `left` (`connectionLost`).
 * Where the function throws or returns anything else, the default delay applies, and the room emits `listenerError`.
 */
export type ReconnectPolicy = (attempt: ReconnectAttempt) => number | null;

/**
 * The default policy: up to 500 ms at random, then up to 1, 2, 4, 8, 16, and from attempt 7 on up to 20 s. Half of each
 * later delay is fixed, and half is random. Never ends the session.
 */
export function defaultReconnectPolicy(random: () => number = Math.random): (attempt: ReconnectAttempt) => number {
  checkValue(random, 'random', 'function');
  return ({ attempt }) => {
    const drawn = attempt > 1 ? (1 + random()) / 2 : random();
    return Math.round(drawn * Math.min(250 * 2 ** attempt, 20_000));
  };
}
