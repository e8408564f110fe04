/** Events of the worker processes of a media backend. */
export interface MediaBackendEvents {
  /** A worker does not respond and gets no new rooms until it does. */
  workerSuspect: { pid: number; silentMs: number };
  /** A suspect worker responds again. */
  workerRecovered: { pid: number };
  /** The backend killed a worker that did not respond for too long. `workerDied` follows. */
  workerKilled: { pid: number; silentMs: number };
  /** A worker process exited unexpectedly. Its routers have already emitted `closed`, and a new worker will replace it. */
  workerDied: { pid: number; error: Error };
  /** A new worker replaced a dead one. */
  workerReplaced: { pid: number };
}

/**
 * State of a worker. `running`: responds. `suspect`: does not respond at the moment, and gets no new rooms. `dead`: exited,
 * and its replacement does not run yet.
 */
export type MediaWorkerStatus = 'running' | 'suspect' | 'dead';

/** State of one worker process, for the health report. */
export interface MediaWorkerState {
  readonly pid: number;
  readonly state: MediaWorkerStatus;
  /** Number of routers on the worker: one per room. */
  readonly rooms: number;
}

/** Entities on one worker process. */
export interface MediaWorkerDump {
  readonly pid: number;
  readonly routers: readonly { id: string; transports: number; producers: number; consumers: number }[];
}
