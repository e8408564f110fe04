import type { Clock } from '../../shared/clock.ts';
import type { DialectEventOf } from '../DialectPort.ts';
import type { TransportDirection } from '../entityInfo.ts';

/** ms for which lost media explains that a server closes the connection for good: the demo's does so on lost ICE. */
const explainedForMs = 10_000;
/** ms within which that is forgiven once. */
const onceWithinMs = 60_000;

/**
 * Whether a close that is meant for good (code 4000) is followed by coming back all the same: where lost media explains it, and
 * never two in a row, so that two tabs with one id do not evict each other for ever.
 */
export class EvictionPolicy {
  readonly #clock: Clock;
  /** Transports whose media does not get through. */
  readonly #lost = new Set<TransportDirection>();
  #lostAt = -Infinity;
  #grantedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  handleTransportState({ direction, state }: DialectEventOf<'transportState'>): void {
    if (state === 'disconnected' || state === 'failed') this.#lost.add(direction);
    else if (!this.#lost.delete(direction)) return;
    this.#lostAt = this.#clock.now();
  }

  /** The transports are gone, and what was wrong with them. */
  reset(): void {
    this.#lost.clear();
  }

  /** True at most once within its time. */
  allowRejoin(): boolean {
    const now = this.#clock.now();
    const isExplained = this.#lost.size > 0 || now - this.#lostAt <= explainedForMs;
    if (!isExplained || now - this.#grantedAt < onceWithinMs) return false;
    this.#grantedAt = now;
    return true;
  }
}
