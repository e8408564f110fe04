/** Events of a media backend: what happens to its worker processes. */
export interface MediaBackendEvents {
  /** A worker does not respond. It gets no new rooms until it does. */
  workerSuspect: { pid: number; silentMs: number };
  /** A suspect worker responds again. */
  workerRecovered: { pid: number };
  /** A worker did not respond for too long, and the backend killed it. `workerDied` follows. */
  workerKilled: { pid: number; silentMs: number };
  /** A worker process ended unexpectedly. Its routers have emitted `closed` by now, and a new worker will take its place. */
  workerDied: { pid: number; error: Error };
  /** A new worker took the place of one that died. */
  workerReplaced: { pid: number };
}

/**
 * Whether a worker serves. `running`: it responds. `suspect`: it does not respond at the moment, so it gets no new rooms.
 * `dead`: its process ended, and its replacement does not run yet.
 */
export type MediaWorkerStatus = 'running' | 'suspect' | 'dead';

/** One worker process, for health. */
export interface MediaWorkerState {
  readonly pid: number;
  readonly state: MediaWorkerStatus;
  /** Routers that live on it: one per room. */
  readonly rooms: number;
}

/** What one worker process holds. */
export interface MediaWorkerDump {
  readonly pid: number;
  readonly routers: readonly { id: string; transports: number; producers: number; consumers: number }[];
}
