import { invalidArgument } from '../../shared/invalidArgument.ts';
import type { ConsumerOffer, DataConsumerOffer } from '../entityInfo.ts';
import type { ConsumePolicy } from '../options.ts';

/**
 * Applies the room's `consume` option to an offer. If the function throws or returns a promise, reports that to `onError`, and
 * subscribes.
 */
export function shouldSubscribe(
  policy: ConsumePolicy,
  offer: ConsumerOffer | DataConsumerOffer,
  onError: (error: unknown, event: string) => void,
): boolean {
  if (typeof policy === 'string') return policy === 'auto';
  try {
    const result: unknown = policy(offer);
    if (!(result instanceof Object)) return Boolean(result);
    // The offer cannot wait for a promise, and a rejection would be unhandled.
    Promise.resolve(result).catch(() => {});
    throw invalidArgument('consume', 'Return true or false synchronously.', 'consume() returned an object');
  } catch (error) {
    onError(error, 'consume');
    return true;
  }
}
