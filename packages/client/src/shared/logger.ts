/**
 * Receives the log of the SDK; `console` is one. Levels: error when the user is affected, warn when the SDK recovers, info once per
 * lifecycle step, debug for the rest. The SDK never logs a token.
 */
export interface Logger {
  debug(message: string, details?: unknown): void;
  info(message: string, details?: unknown): void;
  warn(message: string, details?: unknown): void;
  error(message: string, details?: unknown): void;
}

const discard = () => {};

/** Discards everything. Default. */
export const silentLogger: Logger = { debug: discard, info: discard, warn: discard, error: discard };

/** Wraps `logger`: puts `[tureen <context>]` before every message. */
export function withContext(logger: Logger, context: string): Logger {
  if (logger === silentLogger) return logger;
  const prefix = `[tureen ${context}]`;
  return {
    debug: (message, details) => {
      logger.debug(`${prefix} ${message}`, details ?? '');
    },
    info: (message, details) => {
      logger.info(`${prefix} ${message}`, details ?? '');
    },
    warn: (message, details) => {
      logger.warn(`${prefix} ${message}`, details ?? '');
    },
    error: (message, details) => {
      logger.error(`${prefix} ${message}`, details ?? '');
    },
  };
}
