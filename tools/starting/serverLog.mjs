import { createInterface } from 'node:readline';

/**
 * Where the server's log lines go: to a person as readable lines, to a file or a pipe as the JSON that they are. A line that
 * cannot be written is lost (`bootstrap/main.mjs` listens for the error).
 * @param {{ stream?: import('node:stream').Writable & { isTTY?: boolean } }} [options]
 * @returns {Promise<(line: string) => Promise<void> | undefined>} The promise resolves when the reader has made room.
 */
export async function serverLog({ stream = process.stdout } = {}) {
  const format = stream.isTTY ? await prettifier() : (line) => `${line}\n`;
  return (line) => {
    if (stream.write(format(line))) return undefined;
    return new Promise((resolve) => {
      const settle = () => {
        stream.off('drain', settle).off('error', settle);
        resolve();
      };
      stream.on('drain', settle).on('error', settle);
    });
  };
}

async function prettifier() {
  // Not at the top: it is one of the dependencies that are there only now.
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' });
}

/**
 * Calls `onLine` for each line, and waits for the promise that it returned. Lines beyond a thousand that wait are not read:
 * they wait at the program that writes them, which bounds them.
 * @param {import('node:stream').Readable} input
 * @param {(line: string) => Promise<void> | undefined} onLine
 */
export async function forwardLines(input, onLine) {
  for await (const line of createInterface({ input })) await onLine(line);
}
