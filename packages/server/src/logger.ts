import { pino } from 'pino';
import type { Logger } from 'pino';
import type { ServerSettings } from './config/index.ts';
import type { LogDestination } from './logs/LogDestination.ts';
import { redactSecrets } from './logs/redactSecrets.ts';
import { standardOutput } from './logs/standardOutput.ts';

/** Matches JSON lines of pino at level `warn` and above. */
const URGENT = /^\{"level":[4-6]/;

/**
 * Creates the server's logger: JSON lines on stdout, or readable lines if `logPretty` is set or stdout is a terminal, and
 * `pino-pretty` is installed.
 *
 * @param destination - Destination of the lines. Default: stdout. A destination that cannot be written never stops the
 * server.
 */
export async function createLogger(
  { logLevel, logPretty }: Pick<ServerSettings, 'logLevel' | 'logPretty'>,
  destination: LogDestination = standardOutput(),
): Promise<Logger> {
  const isPretty = logPretty ?? process.stdout.isTTY;
  const prettify = isPretty ? await loadPrettifier() : undefined;
  const format = prettify ?? ((line: string) => line);
  const options = { level: logLevel, base: null, hooks: { streamWrite: redactSecrets } };
  destination.reportLossWith((lines) => {
    let text = '';
    pino(options, { write: (line: string) => (text = format(line)) }).warn({ lines }, 'lost log lines');
    return text;
  });
  const logger = pino(options, {
    write: (line: string) => {
      destination.write(format(line), { isUrgent: URGENT.test(line) });
    },
  });
  if (logPretty === true && prettify === undefined)
    logger.warn('--log-pretty requires the package pino-pretty; logging JSON');
  return logger;
}

/** Undefined where pino-pretty is not installed. */
async function loadPrettifier(): Promise<((line: string) => string) | undefined> {
  try {
    const { prettyFactory } = await import('pino-pretty');
    return prettyFactory({ singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });
  } catch {
    return undefined;
  }
}
