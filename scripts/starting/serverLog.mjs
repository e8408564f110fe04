/**
 * Where the server's log lines go: for a person as lines to read, for a file or a pipe as the JSON they are.
 * @returns {Promise<(line: string) => void>}
 */
export async function serverLog({ stream = process.stdout } = {}) {
  if (!stream.isTTY) return (line) => stream.write(`${line}\n`);
  // Not at the top: it is one of the dependencies that are there only now.
  const { default: pretty } = await import('pino-pretty');
  const lines = pretty({ sync: true, destination: 1, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' });
  return (line) => lines.write(`${line}\n`);
}
