import type { MediaKind, ServerStat, Source } from '@tureen/protocol/common';
import { TypedEmitter } from '../shared/TypedEmitter.ts';
import type { EntityStats, StatsOptions } from './EntityStats.ts';
import type { RoomContext } from './RoomContext.ts';

/** State that the controllers of producers and consumers share. */
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

/** Base class of `Producer` and `Consumer`. */
export abstract class MediaEntity<Events extends { [K in keyof Events]: object }> extends TypedEmitter<Events> {
  readonly #controller: MediaController;

  /** @internal */
  protected constructor(controller: MediaController) {
    super(controller.context.reportListenerError);
    this.#controller = controller;
  }

  /** Kind of the track. */
  get kind(): MediaKind {
    return this.#controller.kind;
  }

  /** `camera`, `microphone`, `screen`, `screenAudio`, a name that the app gave, or `unknown`. */
  get source(): Source {
    return this.#controller.source;
  }

  /** Whether the entity is paused by the app, by the server or by the remote peer. */
  get paused(): boolean {
    return this.#controller.isPaused;
  }

  /** Whether the entity has closed. A closed entity never opens again. */
  get closed(): boolean {
    return this.#controller.isClosed;
  }

  /** Returns statistics of the local sender or receiver, from the browser. Rejects with `invalidState` while there is none. */
  getStats(): Promise<RTCStatsReport> {
    return this.#controller.getStats();
  }

  /**
   * Requests statistics from the server. Rejects with `unsupported` where the server has none, and with `invalidState` while not
   * joined. Wire: v3 `getProducerStats`, `getConsumerStats`.
   */
  getServerStats(): Promise<readonly ServerStat[]> {
    return this.#controller.stats.get();
  }

  /**
   * Requests the server's statistics at an interval. Emits `stats` (the room emits `producerStats` or `consumerStats`) until
   * `disableStats()` or `closed`. Throws `unsupported`, `invalidState` or `invalidArgument`.
   */
  enableStats(options?: StatsOptions): void {
    this.#controller.assertOpen('enableStats()');
    this.#controller.stats.enable(options);
  }

  /** Stops the requests that `enableStats()` started. */
  disableStats(): void {
    this.#controller.stats.disable();
  }
}
