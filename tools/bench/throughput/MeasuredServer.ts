import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { CountingClock } from '../world/CountingClock.ts';

/** Time without work after which the process is at rest, in ms. */
const REST_MS = 60;

/** CPU time that a process at rest may use for its timers meanwhile, in ns. */
const REST_NS = 300_000;

const clock = new CountingClock();
const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

/** Server of one checkout in its own process, with one media worker, and the log in a file. */
export class MeasuredServer {
  /** WebSocket URL without a path. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, url: string, folder: string) {
    this.#child = child;
    this.url = url.replace(/^http/, 'ws');
    this.#folder = folder;
  }

  /** Starts the server from the source of a checkout. `core`: the only core of the process and its worker. Default: any. */
  static async start(checkout: string, core?: number): Promise<MeasuredServer> {
    const folder = mkdtempSync(join(tmpdir(), 'tureen-throughput-'));
    const args = [pathToFileURL(join(checkout, 'packages/server/src/index.ts')).href];
    const flags = ['--conditions=tureen-source'];
    const child = fork(new URL('serverProcess.ts', import.meta.url), args, {
      cwd: checkout,
      stdio: ['ignore', openSync(join(folder, 'server.log'), 'a'), 'inherit', 'ipc'],
      ...(core === undefined
        ? { execArgv: flags }
        : { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath, ...flags] }),
    });
    const failed = once(child, 'exit').then(([code]: unknown[]) => {
      throw new Error(`the server of ${checkout} exited with ${String(code)} before it listened`);
    });
    const [url] = (await Promise.race([once(child, 'message'), failed])) as [string];
    failed.catch(() => {});
    return new MeasuredServer(child, url, folder);
  }

  /** CPU time of all threads of the main process since its start, in ns. */
  get cpuNs(): number {
    return cpuNsOf(this.#pid);
  }

  /** CPU time of the media worker, in ns. */
  get workerCpuNs(): number {
    const children = readFileSync(`/proc/${String(this.#pid)}/task/${String(this.#pid)}/children`, 'utf8');
    const pids = children.split(' ').filter((pid) => pid !== '');
    return pids.reduce((sum, pid) => sum + cpuNsOf(Number(pid)), 0);
  }

  /** Resident memory of the main process, in bytes. */
  get residentBytes(): number {
    const status = readFileSync(`/proc/${String(this.#pid)}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  /** Resolves when the server does nothing but run its timers. */
  async rest(): Promise<void> {
    for (let before = -Infinity; this.cpuNs - before > REST_NS;) {
      before = this.cpuNs;
      await pause(REST_MS);
    }
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
    rmSync(this.#folder, { recursive: true });
  }

  get #pid(): number {
    return this.#child.pid ?? 0;
  }
}

/** Cores for the servers and for their clients. Undefined where the machine has one core, or no `taskset`. */
export function coresToPin(): { readonly server: number; readonly client: number } | undefined {
  if (availableParallelism() < 2) return undefined;
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return { server: 0, client: 1 };
  } catch {
    return undefined;
  }
}

/** CPU time of a process, by the accounts of the system's scheduler. Linux only. */
function cpuNsOf(pid: number): number {
  const tasks = `/proc/${String(pid)}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    const [onCpu = '0'] = readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ');
    return sum + Number(onCpu);
  }, 0);
}
