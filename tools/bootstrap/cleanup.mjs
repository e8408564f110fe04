import { rmSync } from 'node:fs';

/** Files and folders that this process removes on exit, except after SIGKILL. */
const temporary = new Set();

export function removeAtExit(path) {
  temporary.add(path);
  return path;
}

export function keepAfterExit(path) {
  temporary.delete(path);
}

export function removeTemporary() {
  for (const path of temporary) rmSync(path, { recursive: true, force: true });
  temporary.clear();
}

process.on('exit', removeTemporary);
