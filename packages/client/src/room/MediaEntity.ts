import type { MediaKind, ServerStat, Source } from '@tureen/protocol/common';
import { TypedEmitter } from '../shared/TypedEmitter.ts';
import type { EntityStats, StatsOptions } from './EntityStats.ts';
import type { RoomContext } from './RoomContext.ts';

/** What the controllers of producers and consumers have in common. */
export interface MediaController {
  readonly context: RoomContext;
  readonly kind: MediaKind;
  readonly source: Source;
  readonly isPaused: boolean;
  readonly isClosed: boolean;
  readonly stats: EntityStats;
  getStats(): Promise<RTCStatsReport>;
  /** Throws `invalidState` once the entity is closed. */
  assertOpen(call: string): void;
}

/** Base class of `Producer` and `Consumer`: what both ends of a track have in common. */
export abstract class MediaEntity<Events extends { [K in keyof Events]: object }> extends TypedEmitter<Events> {
  readonly #controller: MediaController;

  /** @internal */
  protected constructor(controller: MediaController) {
    super(controller.context.reportListenerError);
    this.#controller = controller;
  }

  get kind(): MediaKind {
    return this.#controller.kind;
  }

  /** `camera`, `microphone`, `screen`, `screenAudio`, a name that the app gave, or `unknown`. */
  get source(): Source {
    return this.#controller.source;
  }

  /** True while no media flows: paused by the app, by the server or by the remote peer. */
  get paused(): boolean {
    return this.#controller.isPaused;
  }

  get closed(): boolean {
    return this.#controller.isClosed;
  }

  /** Returns statistics of the local sender or receiver. Rejects with `invalidState` while there is none. */
  getStats(): Promise<RTCStatsReport> {
    return this.#controller.getStats();
  }

  /** Requests statistics from the server. Wire: v3 `getProducerStats`, `getConsumerStats`. */
  getServerStats(): Promise<readonly ServerStat[]> {
    return this.#controller.stats.get();
  }

  /**
   * Requests `getServerStats` at an interval and emits `stats` (the room emits `producerStats` or `consumerStats`), until
   * `disableStats()` or `closed`.
   */
  enableStats(options?: StatsOptions): void {
    this.#controller.assertOpen('enableStats()');
    this.#controller.stats.enable(options);
  }

  /** Stops what `enableStats` started. */
  disableStats(): void {
    this.#controller.stats.disable();
  }
}
