import { deferred } from '@tureen/kernel';
import { wasInFlight, withdrawn } from '../../shared/connectionLoss.ts';

/** Most suspects in memory; the oldest goes first. */
const maxSuspects = 100;

/**
 * Remembers the operations that were pending when the connection dropped: each is a suspect. A suspect runs alone, so that a second
 * loss blames no other operation.
 */
export class RequestReplay {
  readonly #suspects = new Set<unknown>();
  /** Each resolves when its operation has settled. */
  readonly #running = new Set<Promise<void>>();
  /** The last suspect that runs or waits. */
  #alone: Promise<void> | null = null;

  isSuspect(operation: unknown): boolean {
    return this.#suspects.has(operation);
  }

  suspect(operation: unknown): void {
    this.#suspects.add(operation);
    if (this.#suspects.size > maxSuspects) {
      const [oldest] = this.#suspects;
      this.#suspects.delete(oldest);
    }
  }

  /**
   * Runs `work`: at once, or after the suspect that runs or waits. Rejects as `work` does. The second loss of one `operation`
   * rejects with `retryable: false`.
   */
  async run<T>(operation: unknown, work: () => Promise<T>): Promise<T> {
    const isSuspect = this.isSuspect(operation);
    const before = isSuspect ? [...this.#running] : this.#alone === null ? [] : [this.#alone];
    const { promise: settled, resolve: settle } = deferred<void>();
    this.#running.add(settled);
    if (isSuspect) this.#alone = settled;
    try {
      // Without anything to wait for, messages leave in the order of the calls.
      if (before.length > 0) await Promise.all(before);
      const result = await work();
      this.#suspects.delete(operation);
      return result;
    } catch (error) {
      if (!wasInFlight(error)) throw error;
      if (!isSuspect) {
        this.suspect(operation);
        throw error;
      }
      this.#suspects.delete(operation);
      throw withdrawn(error);
    } finally {
      this.#running.delete(settled);
      if (this.#alone === settled) this.#alone = null;
      settle();
    }
  }
}
