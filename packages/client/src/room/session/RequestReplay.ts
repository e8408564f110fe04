import { deferred } from '@tureen/kernel';
import { wasInFlight, withdrawn } from '../../shared/connectionLoss.ts';

/** Highest number of suspects to remember. A new suspect then replaces the oldest. */
const maxSuspects = 100;

/**
 * Remembers the operations that were pending when the connection dropped. Each is a suspect, and runs alone, so that a second
 * loss blames no other operation.
 */
export class RequestReplay {
  readonly #suspects = new Set<unknown>();
  /** Each resolves when its operation has settled. */
  readonly #running = new Set<Promise<void>>();
  /** Last suspect that runs or waits. */
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
   * Runs `work` at once, or after the suspect that runs or waits. Rejects as `work` does. The second connection loss of an
   * `operation` rejects with `retryable: false`.
   */
  async run<T>(operation: unknown, work: () => Promise<T>): Promise<T> {
    const isSuspect = this.isSuspect(operation);
    const before = isSuspect ? [...this.#running] : this.#alone === null ? [] : [this.#alone];
    const { promise: settled, resolve: settle } = deferred<void>();
    this.#running.add(settled);
    if (isSuspect) this.#alone = settled;
    try {
      // Without a suspect to wait for, messages are sent in the order of the calls.
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
