import { type Clock, type Deferred, deferred } from '@tureen/kernel';
import type { StatsTarget } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';

/** ms between two statistics, at least: servers send no faster. */
const shortestIntervalMs = 1000;
/** ms that the first of them may take: of what is paused there are none. */
const answerWithinMs = 10_000;

type StatsWord = `${'enable' | 'disable'}${'Transport' | 'Producer' | 'Consumer'}Stats`;

const nouns = { transport: 'Transport', producer: 'Producer', consumer: 'Consumer' } as const;

export interface ServerStatsOptions {
  readonly clock: Clock;
  readonly tell: (method: StatsWord, data: { id: number; interval?: number }) => Promise<void>;
}

/** Statistics of a server that sends them by itself, until told not to: the first of them is the answer to a question. */
export class ServerStats {
  readonly #options: ServerStatsOptions;
  /** By kind and id: the intervals that the room has asked for, ms. */
  readonly #intervals = new Map<string, number>();
  readonly #asked = new Map<string, Deferred<readonly object[]>>();
  /** What the server may go on sending that was asked for before a loss. */
  readonly #left = new Set<string>();

  constructor(options: ServerStatsOptions) {
    this.#options = options;
  }

  /** Asks once. */
  async get(type: StatsTarget['type'], id: number): Promise<readonly object[]> {
    const key = `${type} ${id}`;
    const before = this.#asked.get(key);
    if (before !== undefined) return before.promise;
    const answer = deferred<readonly object[]>();
    this.#asked.set(key, answer);
    const method = word('enable', type);
    const cancel = this.#options.clock.after(answerWithinMs, () => {
      const message = `no ${type}Stats came within ${answerWithinMs} ms`;
      answer.reject(new TureenError('requestTimeout', message, { method, hint: 'of what is paused there are none' }));
    });
    try {
      const interval = this.#intervals.get(key) ?? shortestIntervalMs;
      this.#options.tell(method, { id, interval }).catch(answer.reject);
      return await answer.promise;
    } finally {
      cancel();
      this.#asked.delete(key);
      // Of what is gone, or whose connection is, nothing need be said.
      if (!this.#intervals.has(key)) this.#options.tell(word('disable', type), { id }).catch(() => {});
    }
  }

  /** Asks for them again and again; null: no more. */
  async set(type: StatsTarget['type'], id: number, intervalMs: number | null): Promise<void> {
    const key = `${type} ${id}`;
    if (intervalMs === null) {
      this.#intervals.delete(key);
      await this.#options.tell(word('disable', type), { id });
    } else {
      const interval = Math.max(intervalMs, shortestIntervalMs);
      this.#intervals.set(key, interval);
      await this.#options.tell(word('enable', type), { id, interval });
    }
  }

  /** They came. True where they are news, and not only the answer to a question. */
  handle(type: StatsTarget['type'], id: number, stats: readonly object[]): boolean {
    const key = `${type} ${id}`;
    const asked = this.#asked.get(key);
    asked?.resolve(stats);
    return asked === undefined || this.#intervals.has(key);
  }

  handleLost(error: TureenError): void {
    for (const key of [...this.#intervals.keys(), ...this.#asked.keys()]) this.#left.add(key);
    this.#intervals.clear();
    this.close(error);
  }

  /** The server goes on where it was: whoever still wants them says so again. */
  handleResumed(): void {
    for (const key of this.#left) {
      const [type, id] = key.split(' ') as [StatsTarget['type'], string];
      // Of what is gone nothing need be said.
      this.#options.tell(word('disable', type), { id: Number(id) }).catch(() => {});
    }
    this.#left.clear();
  }

  close(error: TureenError): void {
    for (const answer of this.#asked.values()) answer.reject(error);
  }
}

function word(verb: 'enable' | 'disable', type: StatsTarget['type']): StatsWord {
  if (type === 'dataProducer' || type === 'dataConsumer')
    throw new TureenError('unsupported', 'there are no data channels in this dialect');
  return `${verb}${nouns[type]}Stats`;
}
