import { type Deferred, deferred, Epoch } from '@tureen/kernel';
import { type TureenError, isConnectionLoss, toTureenError } from './errors.ts';
import { wasInFlight, withdrawn } from './connectionLoss.ts';

/**
 * Successive connection losses allowed while a request with the same value is pending. Other requests are not held back
 * meanwhile.
 */
const lossesAtMost = 5;

export interface SyncedSettingOptions<T> {
  /** Value that the server has before the first request. */
  readonly initial: T;
  /** Sends a value to the server. Called only while `isReady()` returns true, and never before the previous call has settled. */
  readonly apply: (value: T) => Promise<void>;
  /** Returns whether requests can be sent now. */
  readonly isReady: () => boolean;
  /** Reports that the server refused the requested value, and that `value` applies again. */
  readonly onRollback?: (value: T, error: TureenError) => void;
  /** Compares two values. Default `Object.is`. */
  readonly equals?: (a: T, b: T) => boolean;
}

/**
 * Setting at the server (paused, a layer, a display name). Sends requests until the server has the requested value. Values
 * requested while a request is pending are merged into the last one. After a connection loss the requested value stays, and
 * `restart()` applies it; a refusal rolls it back. `restart()` takes the value that the server has, so a rejoin needs no replay.
 */
export class SyncedSetting<T> {
  readonly #options: SyncedSettingOptions<T>;
  readonly #equals: (a: T, b: T) => boolean;
  /** Ends with each session: a response of an earlier session is stale. */
  readonly #epoch = new Epoch();
  #requested: T;
  #confirmed: T;
  /** Successive connection losses while a request was pending. */
  #losses = 0;
  /** Whether requests of this epoch are pending. */
  #isSyncing = false;
  #waiting: Deferred<void>[] = [];
  #closed: TureenError | null = null;

  constructor(options: SyncedSettingOptions<T>) {
    this.#options = options;
    this.#equals = options.equals ?? Object.is;
    this.#requested = options.initial;
    this.#confirmed = options.initial;
  }

  /** Value that the app requested. Returns to the confirmed value when the server refuses. */
  get requested(): T {
    return this.#requested;
  }

  /** Value that the server has accepted. */
  get confirmed(): T {
    return this.#confirmed;
  }

  /**
   * Requests a value. Resolves when the server accepts it, after a reconnect at the latest. Rejects when refused, or with
   * `closed`.
   */
  set(value: T): Promise<void> {
    if (this.#closed !== null) return Promise.reject(this.#closed);
    this.#requested = value;
    if (!this.#isSyncing && this.#equals(value, this.#confirmed)) return Promise.resolve();
    const waiting = deferred<void>();
    this.#waiting.push(waiting);
    void this.#sync();
    return waiting.promise;
  }

  /** Applies a value that the server has set. Sends no request. */
  accept(value: T): void {
    this.#confirmed = value;
    this.#requested = value;
    if (!this.#isSyncing) this.#resolveAll();
  }

  /** Starts again in a new session, where the server has `actual`. Sends the requested value if it differs. */
  restart(actual: T): void {
    this.#epoch.next();
    this.#isSyncing = false;
    this.#confirmed = actual;
    void this.#sync();
  }

  /** Ends synchronization. Pending and later calls of `set()` reject with `error`. Idempotent. */
  close(error: TureenError): void {
    if (this.#closed !== null) return;
    this.#closed = error;
    this.#epoch.next();
    this.#rejectAll(error);
  }

  async #sync(): Promise<void> {
    if (this.#isSyncing || this.#closed !== null) return;
    const { signal } = this.#epoch;
    this.#isSyncing = true;
    while (!signal.aborted && this.#options.isReady() && !this.#equals(this.#requested, this.#confirmed)) {
      const target = this.#requested;
      try {
        await this.#options.apply(target);
        if (signal.aborted) return;
        this.#confirmed = target;
        this.#losses = 0;
      } catch (cause) {
        if (signal.aborted) return;
        let error = toTureenError(cause, 'requestRefused');
        // The value stays requested for the next session, unless this request may be the one that ends connections.
        if (isConnectionLoss(error)) {
          if (!wasInFlight(error) || ++this.#losses < lossesAtMost) break;
          error = withdrawn(error);
        }
        if (!this.#equals(this.#requested, target)) continue;
        this.#losses = 0;
        this.#requested = this.#confirmed;
        this.#isSyncing = false;
        this.#options.onRollback?.(this.#confirmed, error);
        this.#rejectAll(error);
        return;
      }
    }
    if (signal.aborted) return;
    this.#isSyncing = false;
    if (this.#equals(this.#requested, this.#confirmed)) this.#resolveAll();
  }

  #resolveAll(): void {
    for (const waiting of this.#waiting.splice(0)) waiting.resolve();
  }

  #rejectAll(error: TureenError): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
