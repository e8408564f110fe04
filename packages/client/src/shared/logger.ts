/**
 * Where the SDK logs: anything shaped like `console`. Error when the user is affected, warn when the SDK recovers, info
 * once per lifecycle step, debug for the rest. Silent unless given. No token is ever logged.
 */
export interface Logger {
  debug(message: string, details?: unknown): void;
  info(message: string, details?: unknown): void;
  warn(message: string, details?: unknown): void;
  error(message: string, details?: unknown): void;
}

const nothing = () => {};

/** Logs nothing; the default. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A logger that puts `[tureen <room>/<peer>]` before every message. */
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
