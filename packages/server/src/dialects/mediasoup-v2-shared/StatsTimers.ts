import type { Clock } from '@tureen/kernel';

/** Entity whose statistics the server sends. */
export interface StatsSubject {
  /** Key that is unique among the subjects of one client. */
  readonly key: string;
  /** Interval in ms. */
  readonly intervalMs: number;
  /** Whether the entity closed. */
  isOver(): boolean;
  /** Whether statistics are sent this time. */
  isDue(): boolean;
  /** Collects the statistics and sends them. */
  send(): Promise<void>;
}

/**
 * Sends the statistics that one client enabled, at once and then at an interval. Stops when the client disables them or the
 * entity closes.
 */
export class StatsTimers {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Starts to send statistics. Replaces an earlier subject with the same key. */
  start(subject: StatsSubject): void {
    this.stop(subject.key);
    this.#schedule(subject);
    this.#send(subject);
  }

  stop(key: string): void {
    this.#cancels.get(key)?.();
    this.#cancels.delete(key);
  }

  stopAll(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  #schedule(subject: StatsSubject): void {
    const cancel = this.#clock.after(subject.intervalMs, () => {
      if (subject.isOver()) {
        this.#cancels.delete(subject.key);
        return;
      }
      this.#schedule(subject);
      if (subject.isDue()) this.#send(subject);
    });
    this.#cancels.set(subject.key, cancel);
  }

  #send(subject: StatsSubject): void {
    subject.send().catch(this.#onError);
  }
}
