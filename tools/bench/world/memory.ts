import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage; found whether or not the process was started with `--expose-gc`. */
export const collectGarbage: () => void =
  (globalThis as { gc?: () => void }).gc ??
  (() => {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc') as () => void;
  })();

/** One turn of the event loop: what is under way in sockets moves on, and weak references are let go. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Collects until `isDone`, with turns between for sockets that are closing; gives up after so many. */
export async function collectUntil(isDone: () => boolean, rounds = 40): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let turns = 0; turns < 10; turns++) await turn();
    collectGarbage();
    if (isDone()) return;
  }
}

/** Resident memory of another process in bytes; null where the system does not tell (it does on Linux). */
export async function residentBytesOf(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
