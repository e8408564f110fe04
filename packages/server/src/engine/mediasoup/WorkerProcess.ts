import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Clock } from '@tureen/kernel';
import { TurnWrites } from '../../shared/TurnWrites.ts';
import { withDeadline } from '../../shared/withDeadline.ts';
import { withoutSignals } from './withoutSignals.ts';

/** Time for a new process to report that it runs, in ms. On a busy machine that takes seconds. */
const START_TIMEOUT_MS = 30_000;

/** Time for a worker to exit before it is killed, in ms. */
const END_TIMEOUT_MS = 3000;

/** File descriptor of the worker from which it reads requests. */
const REQUESTS_FD = 3;

/**
 * Worker of mediasoup, with its process, which mediasoup keeps private: only a signal ends a hung worker, and mediasoup writes
 * each request to the worker's pipe separately.
 */
export class WorkerProcess {
  readonly worker: types.Worker;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #stopGathering: () => void;

  private constructor(worker: types.Worker, child: ChildProcess, clock: Clock) {
    this.worker = worker;
    this.#child = child;
    this.#clock = clock;
    this.#stopGathering = gatherRequests(child);
  }

  /**
   * Starts a worker. Rejects where the process cannot run, exits at once, or does not report in time; then the process
   * exited.
   *
   * @param signal - Aborts the start, as the deadline does.
   */
  static async start(settings: types.WorkerSettings, clock: Clock, signal: AbortSignal): Promise<WorkerProcess> {
    const { made, child } = spawned(() => withoutSignals(() => createWorker(settings)));
    killWithParent(child);
    try {
      const worker = await withDeadline(() => made, {
        clock,
        timeoutMs: START_TIMEOUT_MS,
        toError: () => new Error(`the media worker did not start within ${String(START_TIMEOUT_MS)} ms`),
        signal,
      });
      return new WorkerProcess(worker, child, clock);
    } catch (error) {
      await killed(child);
      throw error;
    }
  }

  /** Kills a worker that does not respond. mediasoup then reports that the worker died. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Requests the worker to exit, and kills the worker if it does not. Resolves when the process exited. */
  async end(): Promise<void> {
    const { worker } = this;
    if (worker.subprocessClosed) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(END_TIMEOUT_MS, () => {
        this.kill();
      });
      worker.once('subprocessclose', () => {
        cancel();
        resolve();
      });
      // Closing discards what the pipe has gathered.
      this.#stopGathering();
      worker.close();
      // A hung worker may no longer read the channel of the request above.
      this.#child.kill('SIGTERM');
    });
  }
}

/** Runs `make`, which starts one process before it returns, and captures that process. */
function spawned<T>(make: () => T): { readonly made: T; readonly child: ChildProcess } {
  let child: ChildProcess | undefined;
  const onProcess = (message: unknown) => {
    child ??= (message as { process: ChildProcess }).process;
  };
  subscribe('child_process', onProcess);
  try {
    const made = make();
    if (child === undefined) throw new Error('mediasoup started no process');
    return { made, child };
  } finally {
    unsubscribe('child_process', onProcess);
  }
}

/** Sends all requests of one turn of the event loop to the worker in one write. Returns a function that ends this. */
function gatherRequests({ stdio }: ChildProcess): () => void {
  const pipe = stdio[REQUESTS_FD];
  if (!(pipe instanceof Writable)) return () => {};
  return new TurnWrites().gatherAll(pipe);
}

/** Kills a process. Resolves when the process exited. */
async function killed(child: ChildProcess): Promise<void> {
  const isGone = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  if (isGone) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const running = new Set<ChildProcess>();

/** A healthy worker exits when this process exits. A hung worker does not notice, so this process kills it on exit. */
function killWithParent(child: ChildProcess): void {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  const forget = () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killAll);
  };
  child.once('exit', forget);
  // A program that cannot run emits no `exit`.
  child.once('error', forget);
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
