import { StatsSampler } from '../stats/StatsSampler.ts';
import { type SessionLink, reportFailure } from './SessionLink.ts';

export interface StatsOptions {
  /** ms between two questions; at least 250. Default 1000. */
  readonly intervalMs?: number | undefined;
}

/** The periodic server statistics of one entity: asks while it is enabled and the room is joined. */
export class EntityStats {
  readonly #link: SessionLink;
  readonly #ask: () => Promise<readonly object[]>;
  readonly #tell: (stats: readonly object[]) => void;
  #sampler: StatsSampler<readonly object[]> | null = null;

  constructor(link: SessionLink, ask: () => Promise<readonly object[]>, tell: (stats: readonly object[]) => void) {
    this.#link = link;
    this.#ask = ask;
    this.#tell = tell;
  }

  /** Again: with the new interval. */
  enable(options: StatsOptions = {}): void {
    this.disable();
    this.#sampler = new StatsSampler({
      clock: this.#link.clock,
      intervalMs: options.intervalMs ?? 1000,
      sample: () => this.#ask(),
      onSample: (stats) => {
        this.#tell(stats);
      },
      // While reconnecting there is nobody to ask; the next tick tries again.
      onError: (error) => {
        if (this.#link.session !== null) reportFailure(this.#link, 'getStats', error);
      },
    });
  }

  disable(): void {
    this.#sampler?.close();
    this.#sampler = null;
  }
}
