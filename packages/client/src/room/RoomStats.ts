import type { ServerStat } from '@tureen/protocol/common';
import { checkValue } from '../shared/checks/development.ts';
import type { TransportDirection } from './entityInfo.ts';
import type { EntityStats, StatsOptions } from './EntityStats.ts';
import { type RoomContext, requireSession } from './RoomContext.ts';
import { directions } from './RoomLifecycle.ts';

/** Statistics of the two transports of a room; `room.stats`. */
export class RoomStats {
  readonly #context: RoomContext;
  readonly #transports: Readonly<Record<TransportDirection, EntityStats>>;

  /** @internal */
  constructor(context: RoomContext, transports: Readonly<Record<TransportDirection, EntityStats>>) {
    this.#context = context;
    this.#transports = transports;
  }

  /** Returns statistics of the local end of a transport, from the browser. Null before the transport exists. */
  async get(direction: TransportDirection): Promise<RTCStatsReport | null> {
    checkValue(direction, 'direction', "'send' | 'recv'");
    return requireSession(this.#context, 'stats.get()').getTransportStats(direction);
  }

  /**
   * Requests statistics of a transport from the server. Rejects with `unsupported` where the server has none. Wire: v3
   * `getTransportStats`.
   */
  async getServer(direction: TransportDirection): Promise<readonly ServerStat[]> {
    checkValue(direction, 'direction', "'send' | 'recv'");
    return this.#transports[direction].get();
  }

  /**
   * Requests the server's statistics of both transports at an interval. The room emits `transportStats` until `disable()` or the
   * end of the session. Throws `unsupported` or `invalidArgument`.
   */
  enable(options?: StatsOptions): void {
    for (const direction of directions) this.#transports[direction].enable(options);
  }

  /** Stops the requests that `enable()` started. */
  disable(): void {
    for (const direction of directions) this.#transports[direction].disable();
  }
}
