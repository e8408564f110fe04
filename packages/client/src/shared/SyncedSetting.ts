import { type Deferred, deferred } from './deferred.ts';
import type { TureenError } from './errors.ts';
import { isConnectionLoss, toTureenError } from './errors.ts';
import { wasInFlight, withdrawn } from './connectionLoss.ts';

/** How often the connection may end while the same value is in flight. No other request is held back to make sure. */
const lossesAtMost = 5;

export interface SyncedSettingOptions<T> {
  /** What the server has before it is told anything. */
  readonly initial: T;
  /** Tells the server. Called only while `isReady`, never twice at once. */
  readonly apply: (value: T) => Promise<void>;
  /** Whether there is a server to tell at this moment. */
  readonly isReady: () => boolean;
  /** The wish was refused: this is what holds again. */
  readonly onRollback?: (value: T, error: TureenError) => void;
  /** Default `Object.is`. */
  readonly equals?: (a: T, b: T) => boolean;
}

/**
 * One thing that is wanted of the server (paused, a layer, a name), and the reconciler that makes the server agree.
 * Wishes made while one is under way are folded into the last of them. A loss of connection leaves the wish standing until
 * `restart`; a refusal takes it back. Replaying after a rejoin is nothing special: `restart` says what the server has now.
 */
export class SyncedSetting<T> {
  readonly #options: SyncedSettingOptions<T>;
  readonly #equals: (a: T, b: T) => boolean;
  #wanted: T;
  #confirmed: T;
  /** How often in a row the connection ended under it. */
  #losses = 0;
  #epoch = 0;
  /** The epoch of the run under way; a run of an older epoch says nothing any more. */
  #running: number | null = null;
  #waiting: Deferred<void>[] = [];
  #closed: TureenError | null = null;

  constructor(options: SyncedSettingOptions<T>) {
    this.#options = options;
    this.#equals = options.equals ?? Object.is;
    this.#wanted = options.initial;
    this.#confirmed = options.initial;
  }

  /** What the app wants; at once true of `set`, back to the old when refused. */
  get wanted(): T {
    return this.#wanted;
  }

  /** What the server has agreed to. */
  get confirmed(): T {
    return this.#confirmed;
  }

  /** Resolves when the server agrees, at the latest after a reconnect. Rejects when it refuses, or with `closed`. */
  set(value: T): Promise<void> {
    if (this.#closed !== null) return Promise.reject(this.#closed);
    this.#wanted = value;
    if (this.#running === null && this.#equals(value, this.#confirmed)) return Promise.resolve();
    const waiting = deferred<void>();
    this.#waiting.push(waiting);
    void this.#run();
    return waiting.promise;
  }

  /** The server has changed it by itself, and that is what holds now: nothing is asked of it. */
  accept(value: T): void {
    this.#confirmed = value;
    this.#wanted = value;
    if (this.#running === null) this.#resolveAll();
  }

  /** A new session: the server has `actual`; whatever differs is applied. */
  restart(actual: T): void {
    this.#epoch += 1;
    this.#running = null;
    this.#confirmed = actual;
    void this.#run();
  }

  /** Nothing is wanted any more: who waits is rejected. Idempotent. */
  close(error: TureenError): void {
    if (this.#closed !== null) return;
    this.#closed = error;
    this.#epoch += 1;
    this.#rejectAll(error);
  }

  async #run(): Promise<void> {
    const epoch = this.#epoch;
    if (this.#running === epoch || this.#closed !== null) return;
    this.#running = epoch;
    while (epoch === this.#epoch && this.#options.isReady() && !this.#equals(this.#wanted, this.#confirmed)) {
      const target = this.#wanted;
      try {
        await this.#options.apply(target);
        if (epoch !== this.#epoch) return;
        this.#confirmed = target;
        this.#losses = 0;
      } catch (cause) {
        if (epoch !== this.#epoch) return;
        let error = toTureenError(cause, 'requestRefused');
        // Still wanted: the next session is told, unless this request may be what ends the connection.
        if (isConnectionLoss(error)) {
          if (!wasInFlight(error) || ++this.#losses < lossesAtMost) break;
          error = withdrawn(error);
        }
        if (!this.#equals(this.#wanted, target)) continue;
        this.#losses = 0;
        this.#wanted = this.#confirmed;
        this.#running = null;
        this.#options.onRollback?.(this.#confirmed, error);
        this.#rejectAll(error);
        return;
      }
    }
    if (epoch !== this.#epoch) return;
    this.#running = null;
    if (this.#equals(this.#wanted, this.#confirmed)) this.#resolveAll();
  }

  #resolveAll(): void {
    for (const waiting of this.#waiting.splice(0)) waiting.resolve();
  }

  #rejectAll(error: TureenError): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
