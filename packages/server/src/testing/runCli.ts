import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));

/** A running `tureen-server`. */
export interface CliRun {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the first (or nth) log line with this message, past or future. */
  readonly logged: (msg: string, nth?: number) => Promise<Record<string, unknown>>;
  /** URL of the listening server, even where its log cannot be read. */
  readonly listening: Promise<string>;
  /** Exit code, or the signal that ended the process. */
  readonly exited: Promise<number | string>;
}

export interface CliOptions {
  readonly env?: Record<string, string>;
  readonly nodeArgs?: string[];
  /** File descriptor for stdout. Default: a pipe that the test reads. */
  readonly stdout?: number;
  /** File descriptor for stderr. Default: a pipe that the test reads. */
  readonly stderr?: number;
  /** Shell commands before the server, e.g. `ulimit -n 256`. */
  readonly shell?: string;
}

/** Sends the port to the test, independent of the log. */
const reportPort = `
  import { tracingChannel } from 'node:diagnostics_channel';
  tracingChannel('net.server.listen').subscribe({ asyncEnd: ({ server }) => process.send(server.address().port) });
  process.channel.unref();
`;

const running = new Set<ChildProcess>();

/** Starts `tureen-server` from source. Call {@link endCliRuns} after each test. */
export function runCli(args: string[], { env = {}, nodeArgs = [], shell, ...stdio }: CliOptions = {}): CliRun {
  const reporting = ['--import', `data:text/javascript,${encodeURIComponent(reportPort)}`];
  const node = [process.execPath, '--conditions=tureen-source', ...reporting, ...nodeArgs, cli, ...args];
  const [command = '', ...rest] = shell === undefined ? node : ['/bin/sh', '-c', `${shell}; exec "$@"`, 'sh', ...node];
  const child = spawn(command, rest, {
    // Several servers run at once, here and in other checkouts, so none may use the command's default port.
    env: { ...ownEnvironment(), TUREEN_RTC_PORT: '0', ...env },
    stdio: ['ignore', stdio.stdout ?? 'pipe', stdio.stderr ?? 'pipe', 'ipc'] satisfies StdioOptions,
    // A separate process group, so that tests can signal it like a process in a terminal.
    detached: true,
  });
  running.add(child);
  const listening = once(child, 'message').then(([port]: unknown[]) => `http://127.0.0.1:${String(port)}`);
  const lines: string[] = [];
  const reader = child.stdout === null ? undefined : createInterface({ input: child.stdout });
  reader?.on('line', (line) => lines.push(line));
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = once(child, 'close').then(([code, signal]: unknown[]) => {
    running.delete(child);
    return (code ?? signal) as number | string;
  });
  return {
    child,
    stdout: () => lines.join('\n'),
    stderr: () => stderr,
    listening,
    exited,
    logged: async (msg, nth = 1) => {
      if (reader === undefined) throw new Error('stdout is not a pipe of the test');
      const find = () => lines.map(parsed).filter((line) => line.msg === msg)[nth - 1];
      let found = find();
      while (found === undefined) {
        await Promise.race([once(reader, 'line'), exited.then(() => Promise.reject(new Error(`ended: ${stderr}`)))]);
        found = find();
      }
      return found;
    },
  };
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Returns the environment without settings of the shell that runs the tests, and without variables for the tests themselves. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TUREEN_')));
}

/** Kills the processes that a failed test left running. */
export function endCliRuns(): void {
  for (const child of running) child.kill('SIGKILL');
}
