import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { ServerSettings } from './config/index.ts';

/** What never reaches a log, however deep somebody puts it. */
const SECRET_FIELDS = ['authorization', 'cookie', 'credential', 'password', 'resumeToken', 'secret', 'token'];

/** For pino's option `redact`. */
export const secretsRemoved = {
  paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  censor: '[redacted]',
};

/**
 * The server's logger: JSON lines on stdout, or lines for people when asked for or on a terminal (and `pino-pretty` is
 * there; without it a terminal gets JSON too).
 */
export async function createLogger({
  logLevel,
  logPretty,
}: Pick<ServerSettings, 'logLevel' | 'logPretty'>): Promise<Logger> {
  const isPretty = logPretty ?? process.stdout.isTTY;
  const pretty = isPretty ? await prettyStream() : undefined;
  const options = { level: logLevel, base: null, redact: secretsRemoved };
  const logger = pretty === undefined ? pino(options) : pino(options, pretty);
  if (logPretty === true && pretty === undefined)
    logger.warn('--log-pretty needs the package pino-pretty; logging JSON');
  return logger;
}

/** In this thread: with a worker thread the last lines before an exit would be lost. */
async function prettyStream(): Promise<DestinationStream | undefined> {
  try {
    const { build } = await import('pino-pretty');
    return build({ sync: true, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });
  } catch {
    return undefined;
  }
}
