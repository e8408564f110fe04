import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';

const GRACE_MS = 8_000;
const STRAGGLERS_MS = 3_000;
const LOOK_AGAIN_MS = 50;
const KEPT_OUTPUT = 2_000_000;

/** What runs, with how to ask it to end. */
const alive = new Map();
let isClosed = false;

/** @returns {boolean} whether there was anybody left to hear it */
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Whether anybody in the group still runs. Where nobody reaps orphans (a container), the dead stay listed: not they. */
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
      return false; // it ended in between
    }
  });
}

/**
 * Starts a program as the head of a process group of its own, so that ending it ends what it started too, and the
 * terminal's Ctrl-C reaches it only through us, in the order we choose.
 * @param {{ stopSignal?: string, stopsAlone?: boolean }} [options] `stopsAlone`: only the program itself is asked to
 * end, because it ends its children in good order
 */
export function start(command, args, { stopSignal = 'SIGTERM', stopsAlone = false, ...options } = {}) {
  if (isClosed) throw new Error(`not starting ${command} any more`);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  alive.set(child, { stopSignal, stopsAlone });
  child.once('error', () => alive.delete(child));
  return child;
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks a program to end; ends by force what of its group is left when the grace is over. */
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
  // Those it started may be a moment behind it.
  const deadline = Date.now() + STRAGGLERS_MS;
  while (isGroupAlive(child) && Date.now() < deadline) await after(LOOK_AGAIN_MS);
  signalGroup(child, 'SIGKILL');
  alive.delete(child);
}

/** Ends everything, for good: what goes on at that moment cannot start anything more. */
export async function stopAll() {
  isClosed = true;
  await Promise.all([...alive.keys()].map((child) => stop(child)));
}

export function killAll() {
  isClosed = true;
  for (const child of alive.keys()) signalGroup(child, 'SIGKILL');
}

/**
 * Runs a program to its end.
 * @param {{ env?: object, stopSignal?: string, cwd?: string, timeoutMs?: number, onLine?: (line: string) => void, onOutput?: (chunk: Buffer) => void, stdio?: any }} [options]
 * @returns {Promise<{ code: number | null, signal: string | null, output: string, isTimedOut: boolean }>} `code` is
 * null when it could not be started or was ended by a signal; `output` is what it wrote to both, the end of it at least
 */
export function run(command, args, { timeoutMs, onLine, onOutput, ...options } = {}) {
  return new Promise((resolve) => {
    const child = start(command, args, options); // a throw in here rejects
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
