import type { Connection } from '../Connection.ts';
import type { V2ClientData } from './V2Dialect.ts';
import { toJoinResponse } from './requests.ts';
import type { RequestContext } from './requests.ts';
import { displayNameIn } from './toWire.ts';

/** Response to a join that resumes, and a callback for after the response. */
export interface Resumed {
  readonly response: object;
  readonly afterSent: () => void;
}

/**
 * Resumes the peer on that connection: closes what its client does not have, announces what the client misses, and responds with
 * the state of everything else. Notifications are held until `afterSent`.
 */
export function resume(
  context: RequestContext,
  connection: Connection,
  { appData, extensions, holds }: V2ClientData['join'],
): Resumed {
  const { peer, ids, notifier, consumers } = context;
  const producerIds = new Set(holds?.producers);
  const consumerIds = new Set(holds?.consumers);
  const numbered = [...peer.sending.producers.values()].flatMap((producer) => {
    const id = ids.producers.numberOf(producer);
    return id !== undefined && producerIds.has(id) ? [{ id, producer }] : [];
  });
  // The client is not notified of this: the peer has no connection yet.
  const none = new Set<string>();
  peer.sending.retainOnly({
    producers: new Set(numbered.map(({ producer }) => producer.id)),
    dataProducers: none,
  });
  peer.receiving.retainOnly({ consumers: consumers.retainOnly(consumerIds), dataConsumers: none });
  const displayName = displayNameIn(appData);
  if (displayName !== undefined) peer.setDisplayName(displayName);
  const resumed = {
    producers: numbered.map(({ id, producer: { paused } }) => ({ id, paused })),
    consumers: consumers.list(),
  };

  notifier.extensions = extensions;
  notifier.connect(connection);
  const afterSent = notifier.hold();
  peer.setReconnecting(false);
  consumers.resume();
  peer.receiving.offerMissing();
  // Consumers that the client does not have are announced after the response.
  return { response: { ...toJoinResponse(context, () => []), resumed }, afterSent };
}
