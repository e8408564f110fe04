import type { Clock } from '@tureen/kernel';
import type { DialectEventOf } from '../DialectPort.ts';
import type { TransportDirection } from '../entityInfo.ts';

/** ms for which lost media explains an eviction: the demo's server evicts a peer whose ICE is lost. */
const explanationMs = 10_000;
/** ms between two rejoins after an eviction, at least. */
const rejoinIntervalMs = 60_000;

/**
 * Decides whether a rejoin follows an eviction (close code 4000): where lost media explains the eviction, and never twice in a row,
 * so that two tabs with one id do not evict each other endlessly.
 */
export class EvictionPolicy {
  readonly #clock: Clock;
  /** Directions whose media is lost. */
  readonly #lost = new Set<TransportDirection>();
  #lostAt = -Infinity;
  #allowedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  handleTransportState({ direction, state }: DialectEventOf<'transportState'>): void {
    if (state === 'disconnected' || state === 'failed') this.#lost.add(direction);
    else if (!this.#lost.delete(direction)) return;
    this.#lostAt = this.#clock.now();
  }

  /** The transports closed with their session. */
  reset(): void {
    this.#lost.clear();
  }

  /** True at most once a minute. */
  allowRejoin(): boolean {
    const now = this.#clock.now();
    const isExplained = this.#lost.size > 0 || now - this.#lostAt <= explanationMs;
    if (!isExplained || now - this.#allowedAt < rejoinIntervalMs) return false;
    this.#allowedAt = now;
    return true;
  }
}
