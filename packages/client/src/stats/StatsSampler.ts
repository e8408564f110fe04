import type { Clock } from '@tureen/kernel';
import { invalidArgument } from '../shared/invalidArgument.ts';

export interface StatsSamplerOptions<Sample> {
  readonly clock: Clock;
  /** Interval in ms, at least 250. */
  readonly intervalMs: number;
  readonly sample: () => Promise<Sample>;
  readonly onSample: (sample: Sample) => void;
  /** Called when a sample failed. Sampling continues. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Shortest interval in ms: browsers update their reports only a few times a second. */
const minStatsIntervalMs = 250;

/** Throws `invalidArgument` for an interval that is too short. */
export function checkStatsInterval(intervalMs: number): void {
  if (!(intervalMs >= minStatsIntervalMs))
    throw invalidArgument('intervalMs', `Pass at least ${minStatsIntervalMs} ms.`, `intervalMs is ${intervalMs}`);
}

/** Takes a sample at once and then at each interval, never two at a time, until `close()`. */
export class StatsSampler<Sample> {
  readonly #options: StatsSamplerOptions<Sample>;
  #cancel: (() => void) | undefined;
  #closed = false;

  /** Throws `invalidArgument` for an interval that is too short. */
  constructor(options: StatsSamplerOptions<Sample>) {
    checkStatsInterval(options.intervalMs);
    this.#options = options;
    void this.#run();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Stops sampling and drops a pending sample. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #run(): Promise<void> {
    const { clock, intervalMs, sample, onSample, onError } = this.#options;
    const startedAt = clock.now();
    try {
      const taken = await sample();
      if (!this.#closed) onSample(taken);
    } catch (error) {
      if (!this.#closed) onError?.(error);
    }
    if (this.#closed) return;
    this.#cancel = clock.after(Math.max(0, startedAt + intervalMs - clock.now()), () => void this.#run());
  }
}
