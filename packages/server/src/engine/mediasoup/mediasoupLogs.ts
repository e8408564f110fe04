import { setLogEventListeners } from 'mediasoup';
import type { Logger } from 'pino';

/**
 * The worker refuses what was asked of an entity that it has closed meanwhile, for example with its parent. Whoever asked gets
 * the refusal, so an operator has nothing to do.
 */
const RACE_WITH_CLOSING = /\bMediaSoupNotFoundError\b|^request failed .*\bnot found\b/;

/** Passes the logs of mediasoup and its workers to `logger`, of the whole process: mediasoup has one place for them. */
export function logMediasoup(logger: Logger, isClosed: () => boolean): void {
  const levelOf = (level: 'warn' | 'error', text: string) =>
    isClosed() || RACE_WITH_CLOSING.test(text) ? 'debug' : level;
  setLogEventListeners({
    onwarn: (namespace, text) => {
      logger[levelOf('warn', text)]({ namespace }, text);
    },
    onerror: (namespace, text, error) => {
      logger[levelOf('error', text)]({ namespace, err: error }, text);
    },
  });
}
