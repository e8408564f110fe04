import type { ServerStat } from '@tureen/protocol/common';
import { type Clock, type Deferred, deferred } from '@tureen/kernel';
import type { StatsTarget } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';

/** Shortest interval in ms that servers accept. */
const shortestIntervalMs = 1000;
/** Time in ms that `get` waits. Servers send no statistics of paused entities. */
const firstWithinMs = 10_000;

type StatsMethod = `${'enable' | 'disable'}${'Transport' | 'Producer' | 'Consumer'}Stats`;

const nouns = { transport: 'Transport', producer: 'Producer', consumer: 'Consumer' } as const;

export interface ServerStatsOptions {
  readonly clock: Clock;
  readonly notify: (method: StatsMethod, data: { id: number; interval?: number }) => Promise<void>;
}

/** Statistics that the server sends at an interval while enabled. The first ones after `get()` are its response. */
export class ServerStats {
  readonly #options: ServerStatsOptions;
  /** Requested intervals in ms, by type and ID. */
  readonly #intervals = new Map<string, number>();
  /** Pending calls of `get()`. */
  readonly #pending = new Map<string, Deferred<readonly ServerStat[]>>();
  /** Statistics enabled before the connection dropped: a server that resumes the session keeps sending them. */
  readonly #enabledBefore = new Set<string>();

  constructor(options: ServerStatsOptions) {
    this.#options = options;
  }

  /** Enables statistics until the first ones arrive. */
  async get(type: StatsTarget['type'], id: number): Promise<readonly ServerStat[]> {
    const key = `${type} ${id}`;
    const earlier = this.#pending.get(key);
    if (earlier !== undefined) return earlier.promise;
    const first = deferred<readonly ServerStat[]>();
    this.#pending.set(key, first);
    const method = statsMethod('enable', type);
    const cancel = this.#options.clock.after(firstWithinMs, () => {
      const message = `no ${type}Stats within ${firstWithinMs} ms`;
      const hint = 'Resume the entity. Servers send no statistics of paused ones.';
      first.reject(new TureenError('requestTimeout', message, { method, hint }));
    });
    try {
      const interval = this.#intervals.get(key) ?? shortestIntervalMs;
      this.#options.notify(method, { id, interval }).catch(first.reject);
      return await first.promise;
    } finally {
      cancel();
      this.#pending.delete(key);
      if (!this.#intervals.has(key)) this.#disableIfOpen(type, id);
    }
  }

  /** Starts statistics at an interval; null stops them. */
  async set(type: StatsTarget['type'], id: number, intervalMs: number | null): Promise<void> {
    const key = `${type} ${id}`;
    if (intervalMs === null) {
      this.#intervals.delete(key);
      await this.#options.notify(statsMethod('disable', type), { id });
    } else {
      const interval = Math.max(intervalMs, shortestIntervalMs);
      this.#intervals.set(key, interval);
      await this.#options.notify(statsMethod('enable', type), { id, interval });
    }
  }

  /** Handles statistics of the server. False where only `get` has requested them. */
  handle(type: StatsTarget['type'], id: number, stats: readonly ServerStat[]): boolean {
    const key = `${type} ${id}`;
    const pending = this.#pending.get(key);
    pending?.resolve(stats);
    return pending === undefined || this.#intervals.has(key);
  }

  handleLost(error: TureenError): void {
    for (const key of [...this.#intervals.keys(), ...this.#pending.keys()]) this.#enabledBefore.add(key);
    this.#intervals.clear();
    this.close(error);
  }

  /** The session was resumed: disables the statistics that the server still sends. The room requests again what it needs. */
  handleResumed(): void {
    for (const key of this.#enabledBefore) {
      const [type, id] = key.split(' ') as [StatsTarget['type'], string];
      this.#disableIfOpen(type, Number(id));
    }
    this.#enabledBefore.clear();
  }

  close(error: TureenError): void {
    for (const { reject } of this.#pending.values()) reject(error);
  }

  /** A closed entity, or a closed connection, has no statistics to disable. */
  #disableIfOpen(type: StatsTarget['type'], id: number): void {
    this.#options.notify(statsMethod('disable', type), { id }).catch(() => {});
  }
}

function statsMethod(verb: 'enable' | 'disable', type: StatsTarget['type']): StatsMethod {
  if (type === 'dataProducer' || type === 'dataConsumer')
    throw new TureenError('unsupported', 'this dialect has no data channels', {
      hint: 'Check room.capabilities.dataChannels.',
    });
  return `${verb}${nouns[type]}Stats`;
}
