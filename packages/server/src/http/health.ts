import type { KeysStatus } from '../auth/RemoteKeys.ts';
import type { MediaWorkerState, MediaWorkerStatus } from '../engine/MediaWorkers.ts';

/** One media worker, as `GET /health` reports it. */
export interface WorkerHealth {
  readonly pid: number;
  /** Whether its process runs: false where `state` is `dead`. */
  readonly alive: boolean;
  /** `suspect`: the worker does not respond, and gets no new rooms. */
  readonly state: MediaWorkerStatus;
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
  /**
   * `degraded`: some media worker is dead or suspect. `down`: all of them are dead. `draining`: the server admits no new
   * clients. The HTTP status is 503 with `draining`, and where no worker is running; otherwise 200.
   */
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

/** What `GET /health` reports of the workers. */
export function workersHealth(workers: readonly MediaWorkerState[]): readonly WorkerHealth[] {
  return workers.map(({ pid, state, rooms }) => ({ pid, alive: state !== 'dead', state, rooms }));
}

/** Judges the workers. */
export function healthStatus(workers: readonly WorkerHealth[]): Health['status'] {
  if (workers.every(({ state }) => state === 'running')) return 'ok';
  return workers.every(({ state }) => state === 'dead') ? 'down' : 'degraded';
}

/** HTTP status of the response: 503 tells a balancer to send new clients elsewhere. */
export function httpStatusOf({ status, workers }: Health): 200 | 503 {
  if (status === 'ok') return 200;
  return status === 'degraded' && workers.some(({ state }) => state === 'running') ? 200 : 503;
}
