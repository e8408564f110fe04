import type { Clock } from '../../shared/clock.ts';

/** What statistics are sent of. */
export interface StatsSubject {
  /** Unique among those of one client. */
  readonly key: string;
  /** ms. */
  readonly intervalMs: number;
  /** Whether there is nothing to tell any more. */
  isOver(): boolean;
  /** Whether there is something to tell this time. */
  isDue(): boolean;
  /** Gets the statistics and sends them. */
  send(): Promise<void>;
}

/** The statistics that one client has asked for: once at once, then again and again until it says so or the subject ends. */
export class StatsTimers {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Takes the place of an earlier one with the same key. */
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
