/** One media worker, as `GET /health` tells it. */
export interface WorkerHealth {
  readonly pid: number;
  readonly alive: boolean;
  /** Rooms that live on it. */
  readonly rooms: number;
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
}

/** Judges the workers. */
export function healthStatus(workers: readonly WorkerHealth[]): Health['status'] {
  const alive = workers.filter((worker) => worker.alive).length;
  if (alive === 0) return 'down';
  return alive < workers.length ? 'degraded' : 'ok';
}
