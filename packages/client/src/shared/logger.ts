/** Receives the log of the SDK, e.g. `console`. The SDK never logs a token. */
export interface Logger {
  /** Details for debugging. */
  debug(message: string, details?: unknown): void;
  /** Steps of the lifecycle, once each. */
  info(message: string, details?: unknown): void;
  /** Problems from which the SDK recovers. */
  warn(message: string, details?: unknown): void;
  /** Problems that affect the user. */
  error(message: string, details?: unknown): void;
}

const discard = () => {};

/** Discards the log. Default. */
export const silentLogger: Logger = { debug: discard, info: discard, warn: discard, error: discard };

/** Wraps `logger`, and puts `[tureen <context>]` before each message. */
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
