/** What a policy is asked about. */
export interface ReconnectAttempt {
  /** 1 for the first attempt after the loss. */
  readonly attempt: number;
  /** ms since the connection was lost. */
  readonly elapsedMs: number;
}

/** Says how many ms to wait before the attempt, or null to give up. */
export type ReconnectPolicy = (attempt: ReconnectAttempt) => number | null;

/** ms, before jitter: the first at once, then the squares of a growing step, then every 7 s. */
const delaysMs = [0, 300, 1200, 2700, 4800, 7000] as const;

/**
 * The default: 0, 300, 1200, 2700, 4800 and then 7000 ms, each drawn uniformly between 0 and that ("full jitter", so that the
 * clients of a restarted server do not come back all at once; M. Brooker, "Exponential Backoff And Jitter", 2015), ten attempts.
 */
export function defaultReconnectPolicy(random: () => number = Math.random): ReconnectPolicy {
  return ({ attempt }) => {
    if (attempt > 10) return null;
    const ceiling = delaysMs[Math.min(attempt, delaysMs.length) - 1] ?? 7000;
    return Math.round(random() * ceiling);
  };
}
