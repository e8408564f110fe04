import { setLogEventListeners } from 'mediasoup';
import type { Logger } from 'pino';

/**
 * The worker refuses a request for an entity that closed meanwhile, for example with its parent. The caller gets the
 * refusal, so an operator has nothing to do.
 */
const RACE_WITH_CLOSING = /\bMediaSoupNotFoundError\b|^request failed .*\bnot found\b/;

/** Passes the logs of mediasoup and its workers to `logger`, for the whole process: mediasoup has one log listener. */
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
