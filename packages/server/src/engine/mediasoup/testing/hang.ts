import { observer } from 'mediasoup';
import type { types } from 'mediasoup';
import type { ManualClock } from '@tureen/kernel';

/** The workers that mediasoup has made in this process since the call, as it reports them itself. */
export function watchWorkers(): ReadonlyMap<number, types.Worker> {
  const workers = new Map<number, types.Worker>();
  observer.on('newworker', (worker) => {
    workers.set(worker.pid, worker);
  });
  return workers;
}

/** Stops a process as a deadlock does: it stays, and does nothing. */
export function hang(pid: number): void {
  process.kill(pid, 'SIGSTOP');
}

/** Lets a stopped process run again. */
export function wake(pid: number): void {
  process.kill(pid, 'SIGCONT');
}

/** Whether a process exists. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Lets the event loop read what its sockets have. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * Resolves when the worker has done all that it was asked before, and what follows from the responses: a call may take
 * several requests, one after another.
 */
export async function settled(worker: types.Worker): Promise<void> {
  for (let requests = 0; requests < 8; requests += 1) {
    await worker.getResourceUsage();
    await turn();
  }
}

/**
 * Lets time pass as it does in life: in small steps, in each of which the event loop turns and the healthy workers respond.
 */
export async function pass(
  clock: ManualClock,
  ms: number,
  { healthy = [], stepMs = 500 }: { readonly healthy?: readonly types.Worker[]; readonly stepMs?: number } = {},
): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(Math.min(stepMs, ms - passed));
    await turn();
    await Promise.all(healthy.map((worker) => worker.getResourceUsage()));
    await turn();
  }
}
