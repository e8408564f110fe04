import type { KeysStatus } from '../auth/RemoteKeys.ts';
import type { MediaWorkerState, MediaWorkerStatus } from '../engine/MediaWorkers.ts';

/** Media worker in `GET /health`. */
export interface WorkerHealth {
  /** Process ID. Absent for clients on other machines and for pages. */
  readonly pid: number;
  /** Whether the process runs: false where `state` is `dead`. */
  readonly alive: boolean;
  /** State of the worker. `suspect`: does not respond, and gets no new rooms. */
  readonly state: MediaWorkerStatus;
  /** Number of rooms on the worker. */
  readonly rooms: number;
}

/** Keys that verify tokens, in `GET /health`. */
export interface TokenKeysHealth {
  /**
   * `stale`: the URL fails, and the last valid keys stay in use. `unavailable`: no keys, and the server refuses clients with
   * 503.
   */
  readonly status: KeysStatus['state'];
  /** Time since the keys were fetched, in seconds; null without keys. */
  readonly ageSec: number | null;
}

/** Body of `GET /health`. */
export interface Health {
  /**
   * Status of the server. `degraded`: at least one media worker is dead or suspect. `down`: all are dead. `draining`: the
   * server accepts no new clients. The HTTP status is 503 with `draining`, and where no worker is running; otherwise 200.
   */
  readonly status: 'ok' | 'degraded' | 'down' | 'draining';
  readonly version: string;
  /** Time since start, in seconds. */
  readonly uptimeSec: number;
  readonly workers: readonly WorkerHealth[];
  readonly rooms: number;
  readonly peers: number;
  /**
   * Present only where keys come from a URL. They do not change `status`: running calls continue, and another server would
   * lack the keys too.
   */
  readonly tokenKeys?: TokenKeysHealth;
}

export function tokenKeysHealth({ state, ageMs }: KeysStatus): TokenKeysHealth {
  return { status: state, ageSec: ageMs === undefined ? null : Math.floor(ageMs / 1000) };
}

/** Returns the workers for `GET /health`. */
export function workersHealth(workers: readonly MediaWorkerState[]): readonly WorkerHealth[] {
  return workers.map(({ pid, state, rooms }) => ({ pid, alive: state !== 'dead', state, rooms }));
}

/** Returns the status of the server from its workers. */
export function healthStatus(workers: readonly WorkerHealth[]): Health['status'] {
  if (workers.every(({ state }) => state === 'running')) return 'ok';
  return workers.every(({ state }) => state === 'dead') ? 'down' : 'degraded';
}

/** Returns the HTTP status of the response. 503 makes a load balancer send new clients elsewhere. */
export function httpStatusOf({ status, workers }: Health): 200 | 503 {
  if (status === 'ok') return 200;
  return status === 'degraded' && workers.some(({ state }) => state === 'running') ? 200 : 503;
}
