import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage. Works with and without `--expose-gc`. */
export const collectGarbage: () => void =
  (globalThis as { gc?: () => void }).gc ??
  (() => {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc') as () => void;
  })();

/** Waits one turn of the event loop, in which sockets progress and weak references are released. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Collects garbage until `isDone`, with turns in between for sockets that are closing. Stops after `rounds`. */
export async function collectUntil(isDone: () => boolean, rounds = 40): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let turns = 0; turns < 10; turns++) await turn();
    collectGarbage();
    if (isDone()) return;
  }
}

/** Resident memory of another process in bytes. Null where the system does not report it (Linux does). */
export async function residentBytesOf(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
