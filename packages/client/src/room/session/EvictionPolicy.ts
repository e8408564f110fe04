import type { Clock } from '@tureen/kernel';
import type { DialectEventOf } from '../DialectPort.ts';
import type { TransportDirection } from '../entityInfo.ts';

/** Time in ms for which lost media explains an eviction: mediasoup-demo evicts a peer whose ICE is lost. */
const explanationMs = 10_000;
/** Shortest time in ms between two rejoins after an eviction. */
const rejoinIntervalMs = 60_000;

/**
 * Decides whether a rejoin follows an eviction (close code 4000): only where lost media explains the eviction, and at most once a
 * minute. Otherwise two tabs with one ID would evict each other endlessly.
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

  /** Returns whether the room may rejoin. True at most once a minute. */
  allowRejoin(): boolean {
    const now = this.#clock.now();
    const isExplained = this.#lost.size > 0 || now - this.#lostAt <= explanationMs;
    if (!isExplained || now - this.#allowedAt < rejoinIntervalMs) return false;
    this.#allowedAt = now;
    return true;
  }
}
