import { TureenError } from '../shared/errors.ts';
import { minStatsIntervalMs, StatsSampler } from '../stats/StatsSampler.ts';
import type { StatsTarget } from './DialectPort.ts';
import { type RoomContext, inBackground, reportFailure, requireCapability, requireSession } from './RoomContext.ts';

export interface StatsOptions {
  /** ms between two of them; at least 250, and at least 1000 where the server sends them by itself. Default 1000. */
  readonly intervalMs?: number | undefined;
}

/** The server's statistics of one entity: asked for once, or again and again while enabled and joined. */
export class EntityStats {
  readonly #context: RoomContext;
  readonly #target: () => StatsTarget | null;
  readonly #tell: (stats: readonly object[]) => void;
  #intervalMs: number | null = null;
  #sampler: StatsSampler<readonly object[]> | null = null;

  /** `target`: null while the server does not know the entity. */
  constructor(context: RoomContext, target: () => StatsTarget | null, tell: (stats: readonly object[]) => void) {
    this.#context = context;
    this.#target = target;
    this.#tell = tell;
  }

  /** Those of this moment. */
  async get(): Promise<readonly object[]> {
    this.#requireCapability('getServerStats()');
    const session = requireSession(this.#context, 'getServerStats()');
    const target = this.#target();
    if (target === null) throw new TureenError('invalidState', 'the server does not have it yet: no statistics');
    return session.getServerStats(target);
  }

  /** Again: with the new interval. */
  enable({ intervalMs = 1000 }: StatsOptions = {}): void {
    this.#requireCapability('enableStats()');
    if (!(intervalMs >= minStatsIntervalMs))
      throw new TureenError('invalidArgument', `intervalMs is at least ${minStatsIntervalMs}`);
    this.disable();
    this.#intervalMs = intervalMs;
    this.restart();
  }

  /** There is a session, or another one: it is told what is wanted, or asked at each interval. */
  restart(): void {
    const intervalMs = this.#intervalMs;
    if (intervalMs === null) return;
    if (this.#context.session?.setServerStats !== undefined) {
      this.#stopAsking();
      this.#subscribe(intervalMs);
    } else {
      this.#sampler ??= new StatsSampler({
        clock: this.#context.clock,
        intervalMs,
        sample: () => this.get(),
        onSample: (stats) => {
          this.#tell(stats);
        },
        // While reconnecting there is nobody to ask; the next tick tries again.
        onError: (error) => {
          if (this.#context.session !== null) reportFailure(this.#context, 'getStats', error);
        },
      });
    }
  }

  /** The server sent them by itself. */
  handle(stats: readonly object[]): void {
    this.#tell(stats);
  }

  disable(): void {
    if (this.#intervalMs === null) return;
    this.#intervalMs = null;
    this.#stopAsking();
    this.#subscribe(null);
  }

  #subscribe(intervalMs: number | null): void {
    const target = this.#target();
    const told = target === null ? undefined : this.#context.session?.setServerStats?.(target, intervalMs);
    if (told !== undefined) inBackground(this.#context, 'enableStats', told);
  }

  #stopAsking(): void {
    this.#sampler?.close();
    this.#sampler = null;
  }

  #requireCapability(call: string): void {
    requireCapability(this.#context, this.#context.capabilities.serverStats, call, 'use getStats()');
  }
}
