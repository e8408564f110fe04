import { errors } from 'jose';
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { afterListening } from '../shared/afterListening.ts';
import { fetchKeys } from './fetchKeys.ts';
import type { FetchFailure, FindKey } from './fetchKeys.ts';

/** State of the keys that verify tokens. */
export interface KeysStatus {
  /**
   * `ok`: the last attempt to fetch keys succeeded. `stale`: the attempt failed, and the last valid keys stay in use.
   * `unavailable`: there are no keys, and the server refuses clients with 503.
   */
  readonly state: 'ok' | 'stale' | 'unavailable';
  /** Time since the keys were fetched, in ms; undefined without keys. */
  readonly ageMs: number | undefined;
  /** Failed attempts since the start. */
  readonly fetchFailures: number;
}

export interface RemoteKeysOptions {
  readonly url: URL;
  /** Age up to which the last valid keys stay in use while the URL fails, in ms. */
  readonly staleMs: number;
  /** Time for one attempt, in ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
}

/** Age at which the server fetches keys again, in ms. A withdrawn key stays in use that long. */
const FRESH_MS = 10 * 60_000;

/** Minimum time between two requests because of an unknown key, in ms: clients choose the names of keys. */
const COOLDOWN_MS = 30_000;

/** Pause after the second consecutive failure, in ms. Each further pause is twice as long, up to {@link COOLDOWN_MS}. */
const FIRST_PAUSE_MS = 1000;

/** Thrown where no key is available to verify a token. The token may be valid. */
export class KeysUnavailableError extends Error {
  override name = 'KeysUnavailableError';
  readonly code = 'keysUnavailable';

  constructor() {
    super('cannot fetch the token keys');
  }
}

/** Published keys of the token issuer. Fetches them when needed, renews them, and keeps them in use during an outage. */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  #set: { readonly find: FindKey; readonly fetchedAt: number } | undefined;
  #pending: Promise<void> | undefined;
  #triedAt = -Infinity;
  /** Time of the last fetch because of an unknown key. */
  #lookedAt = -Infinity;
  #failuresInARow = 0;
  #fetchFailures = 0;
  #abort = new AbortController();

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  get status(): KeysStatus {
    const usable = this.#usable();
    const state = usable === undefined ? 'unavailable' : this.#failuresInARow > 0 ? 'stale' : 'ok';
    const ageMs = usable && this.#options.clock.now() - usable.fetchedAt;
    return { state, ageMs, fetchFailures: this.#fetchFailures };
  }

  /**
   * Finds the key that the header of a token names.
   *
   * @throws {@link KeysUnavailableError}, or the error of jose where the set has no such key.
   */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    await this.#renew();
    const set = this.#usable();
    if (set === undefined) throw new KeysUnavailableError();
    try {
      return await set.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#lookForNewKey();
      // The issuer may have published the key since.
      if (this.#failuresInARow > 0) throw new KeysUnavailableError();
      const renewed = this.#usable();
      if (renewed === undefined || renewed === set) throw error;
      return renewed.find(header, token);
    }
  }

  /** Fetches the keys; concurrent calls share one request. Never rejects. */
  refresh(): Promise<void> {
    this.#pending ??= this.#fetch().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** Cancels a running attempt. */
  close(): void {
    this.#abort.abort();
  }

  async #renew(): Promise<void> {
    const usable = this.#usable();
    const { clock } = this.#options;
    if (usable !== undefined && clock.now() - usable.fetchedAt < FRESH_MS) return;
    if (this.#pending === undefined && !this.#hasPaused(this.#pauseMs())) return;
    const refreshed = this.refresh();
    // In an outage only the first client waits for the outcome.
    if (usable === undefined || this.#failuresInARow === 0) await refreshed;
  }

  /** A fetch because of the keys' age does not count here: the issuer may rotate keys right after that fetch. */
  async #lookForNewKey(): Promise<void> {
    const now = this.#options.clock.now();
    const mayAsk = this.#failuresInARow > 0 ? this.#hasPaused(this.#pauseMs()) : now - this.#lookedAt >= COOLDOWN_MS;
    if (this.#pending === undefined && !mayAsk) return;
    this.#lookedAt = now;
    await this.refresh();
  }

  #usable() {
    const { clock, staleMs } = this.#options;
    const maxAgeMs = Math.max(staleMs, FRESH_MS);
    return this.#set !== undefined && clock.now() - this.#set.fetchedAt < maxAgeMs ? this.#set : undefined;
  }

  #hasPaused(pauseMs: number): boolean {
    return this.#options.clock.now() - this.#triedAt >= pauseMs;
  }

  #pauseMs(): number {
    if (this.#failuresInARow < 2) return 0;
    return Math.min(FIRST_PAUSE_MS * 2 ** (this.#failuresInARow - 2), COOLDOWN_MS);
  }

  async #fetch(): Promise<void> {
    const { url, timeoutMs, clock } = this.#options;
    const late = new AbortController();
    const onOver = () => {
      late.abort();
    };
    const cancelTimeout = afterListening({ clock, ms: timeoutMs, onOver });
    const fetched = await fetchKeys(url, AbortSignal.any([late.signal, this.#abort.signal]));
    cancelTimeout();
    // Measured from the end: an attempt that hung was not a pause.
    this.#triedAt = clock.now();
    if (this.#abort.signal.aborted) return;
    if ('failure' in fetched) this.#handleFailure(fetched.failure);
    else this.#handleSuccess(fetched.find);
  }

  #handleSuccess(find: FindKey): void {
    const { clock, logger, url } = this.#options;
    this.#set = { find, fetchedAt: clock.now() };
    if (this.#failuresInARow > 0) {
      logger?.info({ host: url.host, failures: this.#failuresInARow }, 'fetched the token keys again');
    }
    this.#failuresInARow = 0;
  }

  #handleFailure(failure: FetchFailure): void {
    const { logger, url } = this.#options;
    this.#failuresInARow += 1;
    this.#fetchFailures += 1;
    const { state, ageMs } = this.status;
    // Without path and query, which may contain a secret.
    const details = { host: url.host, ...failure, failures: this.#failuresInARow };
    if (state === 'unavailable') logger?.error(details, 'cannot fetch the token keys; refusing clients with 503');
    else logger?.warn({ ...details, ageMs }, 'cannot fetch the token keys; keeping the last valid keys');
  }
}
