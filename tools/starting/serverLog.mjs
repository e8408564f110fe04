import { createInterface } from 'node:readline';

/**
 * Writes the server's log lines: readable on a terminal, as JSON to a file or a pipe. Drops lines that cannot be written
 * (`bootstrap/main.mjs` listens for the error).
 * @param {{ stream?: import('node:stream').Writable & { isTTY?: boolean } }} [options]
 * @returns {Promise<(line: string) => Promise<void> | undefined>} The promise resolves when the stream accepts more.
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
  // A dynamic import, because the set-up installs this dependency first.
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' });
}

/**
 * Calls `onLine` for each line, and waits for the promise that it returns. Stops reading while a thousand lines wait, so that the
 * writing program applies its own limit.
 * @param {import('node:stream').Readable} input
 * @param {(line: string) => Promise<void> | undefined} onLine
 */
export async function forwardLines(input, onLine) {
  for await (const line of createInterface({ input })) await onLine(line);
}
