import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';

const GRACE_MS = 8_000;
const STRAGGLERS_MS = 3_000;
const LOOK_AGAIN_MS = 50;
const KEPT_OUTPUT = 2_000_000;

/** Running programs, each with the signal that stops it. */
const alive = new Map();
let isClosed = false;

/** @returns {boolean} whether the group still exists */
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Whether a process of the group still runs. Zombies do not count: in a container without an init, they stay listed. */
function isGroupAlive(child) {
  if (!signalGroup(child, 0)) return false;
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const [state, , group] = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(group) === child.pid && state !== 'Z' && state !== 'X';
    } catch {
      return false; // the process has exited
    }
  });
}

/**
 * Starts a program as the leader of its own process group. So a stop also reaches its children, and Ctrl-C reaches the program only
 * through this command, in the order that the command chooses.
 * @param {{ stopSignal?: string, stopsAlone?: boolean }} [options] `stopsAlone`: only the program receives the signal,
 * and stops its children in its own order
 */
export function start(command, args, { stopSignal = 'SIGTERM', stopsAlone = false, ...options } = {}) {
  if (isClosed) throw new Error(`${command} is not started: the command is stopping`);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  alive.set(child, { stopSignal, stopsAlone });
  child.once('error', () => alive.delete(child));
  return child;
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Stops a program. Kills the remaining processes of its group after the grace period. */
export async function stop(child) {
  if (child.pid === undefined || !alive.has(child)) return;
  const { stopSignal, stopsAlone } = alive.get(child);
  if (!hasEnded(child)) {
    const ended = once(child, 'exit');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    if (stopsAlone) child.kill(stopSignal);
    else signalGroup(child, stopSignal);
    await ended;
    clearTimeout(timer);
  }
  // Its children may exit a moment later.
  const deadline = Date.now() + STRAGGLERS_MS;
  while (isGroupAlive(child) && Date.now() < deadline) await after(LOOK_AGAIN_MS);
  signalGroup(child, 'SIGKILL');
  alive.delete(child);
}

/** Stops every program, and refuses to start others. */
export async function stopAll() {
  isClosed = true;
  await Promise.all([...alive.keys()].map((child) => stop(child)));
}

export function killAll() {
  isClosed = true;
  for (const child of alive.keys()) signalGroup(child, 'SIGKILL');
}

/**
 * Runs a program and waits for its exit.
 * @param {{ env?: object, stopSignal?: string, cwd?: string, timeoutMs?: number, onLine?: (line: string) => void, onOutput?: (chunk: Buffer) => void, stdio?: any }} [options]
 * @returns {Promise<{ code: number | null, signal: string | null, output: string, isTimedOut: boolean }>} `code` is
 * null when the program did not start or a signal ended it; `output` is the last 2 MB of stdout and stderr
 */
export function run(command, args, { timeoutMs, onLine, onOutput, ...options } = {}) {
  return new Promise((resolve) => {
    const child = start(command, args, options); // an error here rejects
    let output = '';
    let isTimedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            isTimedOut = true;
            void stop(child);
          }, timeoutMs);
    const take = (chunk) => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
      onOutput?.(chunk);
      for (const line of chunk.toString().split(/[\r\n]+/)) if (line.trim() !== '') onLine?.(line);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: null, signal: null, output: error.message, isTimedOut });
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (!isTimedOut) alive.delete(child);
      resolve({ code, signal, output, isTimedOut });
    });
  });
}
