import { checkValue } from '../shared/checks/development.ts';

/** State of a room whose connection dropped, for a {@link ReconnectPolicy}. */
export interface ReconnectAttempt {
  /**
   * Number of the next attempt, from 1. Sessions shorter than 10 s do not reset the number. Attempts that fail while the browser
   * is offline do not count.
   */
  readonly attempt: number;
  /** Time in ms since the loss before attempt 1, without the time that the browser was offline. */
  readonly elapsedMs: number;
  /** Time in ms since the room last joined, rejoined or resumed. */
  readonly sinceLastSuccessMs: number;
}

/**
 * Returns the delay in ms before the attempt, from 0 to 2 147 483 647. Null ends the session with `left` (`connectionLost`).
 * Where the function throws or returns anything else, the default delay applies, and the room emits `listenerError`. The room
 * waits at least 10 s while the browser is offline, and after close code 1013 or a 429 to the join.
 */
export type ReconnectPolicy = (attempt: ReconnectAttempt) => number | null;

/**
 * Creates the default policy. The first delay is random, up to 500 ms. Later delays are up to 1, 2, 4, 8, 16, and from attempt 7
 * on up to 20 s; the upper half of each is random. The policy never ends the session.
 *
 * @example
 * ```ts
 * const policy = defaultReconnectPolicy();
 * const reconnectPolicy: ReconnectPolicy = (attempt) => (attempt.elapsedMs > 300_000 ? null : policy(attempt));
 * ```
 */
export function defaultReconnectPolicy(random: () => number = Math.random): (attempt: ReconnectAttempt) => number {
  checkValue(random, 'random', 'function');
  return ({ attempt }) => {
    const drawn = attempt > 1 ? (1 + random()) / 2 : random();
    return Math.round(drawn * Math.min(250 * 2 ** attempt, 20_000));
  };
}
