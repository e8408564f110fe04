import type { Logger } from '../shared/logger.ts';

/**
 * Returns the result of `check`: whether the engine can receive an offer. True where `check` throws, since consuming then fails
 * with an error.
 */
export function canReceive(check: () => boolean, logger: Logger): boolean {
  try {
    return check();
  } catch (error) {
    logger.debug('failed to check an offer', error);
    return true;
  }
}
