import { writeSync } from 'node:fs';

/** Writes to stderr synchronously. A stderr that cannot be written never stops the server. */
export function writeStderr(text: string): void {
  try {
    // Node opens stderr at the first access. Then a full pipe fails instead of blocking.
    writeSync(process.stderr.fd, text);
  } catch {
    // No output is left for this error.
  }
}
