import { writeSync } from 'node:fs';

/** Writes to stderr, at once. A stderr that cannot be written never stops the server. */
export function writeStderr(text: string): void {
  try {
    // Node opens stderr when it is read for the first time. A pipe that is full then fails instead of blocking.
    writeSync(process.stderr.fd, text);
  } catch {
    // There is no place left to say so.
  }
}
