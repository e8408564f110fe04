import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Clock } from '@tureen/kernel';
import { withDeadline } from '../../shared/withDeadline.ts';
import { withoutSignals } from './withoutSignals.ts';

/** Time that a new process has to report that it runs. A busy machine takes seconds. */
const START_TIMEOUT_MS = 30_000;

/** Time that a worker has to end before it is killed. */
const END_TIMEOUT_MS = 3000;

/** One worker of mediasoup, with the process that mediasoup keeps to itself: only a signal ends a worker that hangs. */
export class WorkerProcess {
  readonly worker: types.Worker;
  readonly #child: ChildProcess;
  readonly #clock: Clock;

  private constructor(worker: types.Worker, child: ChildProcess, clock: Clock) {
    this.worker = worker;
    this.#child = child;
    this.#clock = clock;
  }

  /**
   * Rejects where the process cannot be run, ends at once, or does not report in time; the process is gone then.
   *
   * @param signal - Gives the process up, as the deadline does.
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

  /** Ends a worker that does not respond. mediasoup then reports that the worker died. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Asks the worker to end, and kills it where it does not. Resolves when the process is gone. */
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
      worker.close();
      // The request above goes through a channel that the worker may read no more.
      this.#child.kill('SIGTERM');
    });
  }
}

/** Runs `make`, which starts one process before it returns, and gets hold of that process. */
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

/** Kills a process. Resolves when it is gone. */
async function killed(child: ChildProcess): Promise<void> {
  const isGone = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  if (isGone) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const running = new Set<ChildProcess>();

/** A healthy worker ends when this process is gone. One that hangs does not notice, so it must not outlive an exit. */
function killWithParent(child: ChildProcess): void {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  const forget = () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killAll);
  };
  child.once('exit', forget);
  // Where the program cannot be run there is no exit.
  child.once('error', forget);
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
