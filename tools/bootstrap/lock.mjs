import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { keepAfterExit, removeAtExit } from './cleanup.mjs';

const HEARTBEAT_MS = 5_000;
const STALE_MS = 30_000;
const RETRY_MS = 500;

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** Whether the process that holds the lock no longer runs on this machine, or has not touched the file for a while. */
async function isStale(path) {
  try {
    const [pid, host] = (await readFile(path, 'utf8')).trim().split(' ');
    if (host === hostname() && !isAlive(Number(pid))) return true;
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
  } catch {
    return false; // released in the meantime
  }
}

/** Creates the file with the process ID in it, so that a waiting process can read which process it waits for. */
async function tryTake(path) {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${process.pid} ${hostname()}\n`);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Runs work while no other process on this machine runs work under the same path. The work must be safe without the lock as well
 * (write to another path, then rename), because the lock does not work between machines that share a folder.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (holderPid: string) => void }} [options] `onWait` is called once, when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(path, work, { onWait } = {}) {
  await mkdir(dirname(path), { recursive: true });
  let hasReported = false;
  while (!(await tryTake(path))) {
    if (await isStale(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (!hasReported) onWait?.((await readFile(path, 'utf8').catch(() => '')).split(' ')[0]);
    hasReported = true;
    await after(RETRY_MS);
  }
  let timer;
  const beat = () => {
    utimes(path, new Date(), new Date()).catch(() => undefined);
    timer = setTimeout(beat, HEARTBEAT_MS);
  };
  beat();
  removeAtExit(path);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    keepAfterExit(path);
    await rm(path, { force: true });
  }
}
