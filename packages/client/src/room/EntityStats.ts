import type { ServerStat } from '@tureen/protocol/common';
import { checkOptions } from '../shared/checks/development.ts';
import { TureenError } from '../shared/errors.ts';
import { checkStatsInterval, StatsSampler } from '../stats/StatsSampler.ts';
import type { StatsTarget } from './DialectPort.ts';
import { type RoomContext, inBackground, reportFailure, requireCapability, requireSession } from './RoomContext.ts';

/** Options of `enableStats()` and `room.stats.enable()`. */
export interface StatsOptions {
  /** Interval in ms, at least 250. Default 1000. mediasoup-v2 servers send at most every 1000 ms. */
  readonly intervalMs?: number | undefined;
}

/** The server's statistics of one entity: requested once, or at an interval while enabled and joined. */
export class EntityStats {
  readonly #context: RoomContext;
  readonly #target: () => StatsTarget | null;
  readonly #report: (stats: readonly ServerStat[]) => void;
  #intervalMs: number | null = null;
  #sampler: StatsSampler<readonly ServerStat[]> | null = null;

  /** `target`: the entity at the server; null while the server does not have the entity. */
  constructor(context: RoomContext, target: () => StatsTarget | null, report: (stats: readonly ServerStat[]) => void) {
    this.#context = context;
    this.#target = target;
    this.#report = report;
  }

  /** Requests the statistics once. Rejects with `unsupported` or `invalidState`. */
  async get(): Promise<readonly ServerStat[]> {
    this.#requireCapability('getServerStats()');
    const session = requireSession(this.#context, 'getServerStats()');
    const target = this.#target();
    if (target === null) throw new TureenError('invalidState', 'the server does not have the entity yet');
    return session.getServerStats(target);
  }

  /** Starts the interval, or replaces it. */
  enable(options: StatsOptions = {}): void {
    this.#requireCapability('enableStats()');
    checkOptions(options);
    const { intervalMs = 1000 } = options;
    checkStatsInterval(intervalMs);
    this.disable();
    this.#intervalMs = intervalMs;
    this.restart();
  }

  /** Continues the interval in a new session. */
  restart(): void {
    const intervalMs = this.#intervalMs;
    if (intervalMs === null) return;
    if (this.#context.session?.setServerStats !== undefined) {
      this.#stopSampling();
      this.#subscribe(intervalMs);
    } else {
      this.#sampler ??= new StatsSampler({
        clock: this.#context.clock,
        intervalMs,
        sample: () => this.get(),
        onSample: (stats) => {
          this.#report(stats);
        },
        // While the room reconnects no request is possible; the next tick tries again.
        onError: (error) => {
          if (this.#context.session !== null) reportFailure(this.#context, 'getStats', error);
        },
      });
    }
  }

  /** Reports statistics that the server sent at its interval. */
  handle(stats: readonly ServerStat[]): void {
    this.#report(stats);
  }

  disable(): void {
    if (this.#intervalMs === null) return;
    this.#intervalMs = null;
    this.#stopSampling();
    this.#subscribe(null);
  }

  #subscribe(intervalMs: number | null): void {
    const target = this.#target();
    const subscribed = target === null ? undefined : this.#context.session?.setServerStats?.(target, intervalMs);
    if (subscribed !== undefined) inBackground(this.#context, 'enableStats', subscribed);
  }

  #stopSampling(): void {
    this.#sampler?.close();
    this.#sampler = null;
  }

  #requireCapability(call: string): void {
    requireCapability(this.#context, this.#context.capabilities.serverStats, call, 'Use getStats().');
  }
}
