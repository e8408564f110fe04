import type { KeysStatus } from '../auth/RemoteKeys.ts';

/** One media worker, as `GET /health` tells it. */
export interface WorkerHealth {
  readonly pid: number;
  readonly alive: boolean;
  /** Rooms that live on it. */
  readonly rooms: number;
}

/** The keys that tokens are checked with, as `GET /health` tells them. */
export interface TokenKeysHealth {
  /** `stale`: the URL fails, the last good keys stay in use. `unavailable`: no keys, clients are refused with 503. */
  readonly status: KeysStatus['state'];
  /** Since the keys were fetched, in seconds; null without keys. */
  readonly ageSec: number | null;
}

/** The body of `GET /health`. */
export interface Health {
  /** `degraded`: some media workers are dead; `down`: all of them are; `draining`: nobody is taken in any more. The HTTP status of the last two is 503. */
  readonly status: 'ok' | 'degraded' | 'down' | 'draining';
  readonly version: string;
  /** Since start, in seconds. */
  readonly uptimeSec: number;
  readonly workers: readonly WorkerHealth[];
  readonly rooms: number;
  readonly peers: number;
  /** Only where keys come from a URL. They do not change `status`: calls go on, and another server would lack them too. */
  readonly tokenKeys?: TokenKeysHealth;
}

export function tokenKeysHealth({ state, ageMs }: KeysStatus): TokenKeysHealth {
  return { status: state, ageSec: ageMs === undefined ? null : Math.floor(ageMs / 1000) };
}

/** Judges the workers. */
export function healthStatus(workers: readonly WorkerHealth[]): Health['status'] {
  const alive = workers.filter((worker) => worker.alive).length;
  if (alive === 0) return 'down';
  return alive < workers.length ? 'degraded' : 'ok';
}
