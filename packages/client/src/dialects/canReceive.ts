import type { Logger } from '../shared/logger.ts';

/** Whether the engine can receive what is offered, by `check`. True where the engine fails to check: consuming fails then. */
export function canReceive(check: () => boolean, logger: Logger): boolean {
  try {
    return check();
  } catch (error) {
    logger.debug('the engine failed to check an offer', error);
    return true;
  }
}
