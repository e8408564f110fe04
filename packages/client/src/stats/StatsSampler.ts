import type { Clock } from '../shared/clock.ts';
import { TureenError } from '../shared/errors.ts';

/** Shortest interval between two samples, ms. */
const shortestMs = 250;

export interface StatsSamplerOptions<Sample> {
  readonly clock: Clock;
  /** ms between the end of one sample and the start of the next; at least 250. */
  readonly intervalMs: number;
  readonly sample: () => Promise<Sample>;
  readonly onSample: (sample: Sample) => void;
  /** One sample failed; the next is taken all the same. */
  readonly onError: (error: unknown) => void;
}

/** Takes a sample at once and then at an interval, never two at a time, until closed. */
export class StatsSampler<Sample> {
  readonly #options: StatsSamplerOptions<Sample>;
  #closed = false;
  #cancel: () => void = () => {};

  /** Throws `invalidArgument` for an interval that is none. */
  constructor(options: StatsSamplerOptions<Sample>) {
    if (!(options.intervalMs >= shortestMs)) {
      throw new TureenError('invalidArgument', `intervalMs must be at least ${shortestMs}`, { hint: 'intervalMs' });
    }
    this.#options = options;
    void this.#take();
  }

  /** Idempotent; what is on its way is dropped. */
  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #take(): Promise<void> {
    try {
      const sample = await this.#options.sample();
      if (!this.#closed) this.#options.onSample(sample);
    } catch (error) {
      if (!this.#closed) this.#options.onError(error);
    }
    if (this.#closed) return;
    this.#cancel = this.#options.clock.after(this.#options.intervalMs, () => void this.#take());
  }
}
