import { pino } from 'pino';
import type { Logger } from 'pino';
import type { ServerSettings } from './config/index.ts';
import type { LogDestination } from './logs/LogDestination.ts';
import { standardOutput } from './logs/standardOutput.ts';

/** Fields that never appear in a log, at any depth. */
const SECRET_FIELDS = ['authorization', 'cookie', 'credential', 'password', 'resumeToken', 'secret', 'token'];

/** Value for pino's option `redact`. */
export const secretsRemoved = {
  paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  censor: '[redacted]',
};

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
  const options = { level: logLevel, base: null, redact: secretsRemoved };
  destination.reportLossWith((lines) => {
    let text = '';
    pino(options, { write: (line: string) => (text = format(line)) }).warn({ lines }, 'lost log lines');
    return text;
  });
  const logger = pino(options, {
    write: (line: string) => {
      destination.write(format(line));
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
