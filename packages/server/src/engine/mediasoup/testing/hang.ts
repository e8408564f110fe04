import { observer } from 'mediasoup';
import type { types } from 'mediasoup';
import type { ManualClock } from '@tureen/kernel';

/** Collects the workers that mediasoup creates in this process from now on, as mediasoup reports them. */
export function watchWorkers(): ReadonlyMap<number, types.Worker> {
  const workers = new Map<number, types.Worker>();
  observer.on('newworker', (worker) => {
    workers.set(worker.pid, worker);
  });
  return workers;
}

/** Stops a process like a deadlock: it exists, but does nothing. */
export function hang(pid: number): void {
  process.kill(pid, 'SIGSTOP');
}

/** Lets a stopped process run again. */
export function wake(pid: number): void {
  process.kill(pid, 'SIGCONT');
}

/** Returns whether a process exists. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Lets the event loop read its sockets. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Resolves when the worker has handled all earlier requests and their effects: a call may send several requests in sequence. */
export async function settled(worker: types.Worker): Promise<void> {
  for (let requests = 0; requests < 8; requests += 1) {
    await worker.getResourceUsage();
    await turn();
  }
}

/** Advances the clock in small steps, in each of which the event loop turns and the healthy workers respond. */
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
