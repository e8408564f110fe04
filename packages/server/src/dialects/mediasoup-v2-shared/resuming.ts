import type { Connection } from '../Connection.ts';
import type { ClientWords } from './V2Dialect.ts';
import { toWelcome } from './requests.ts';
import type { RequestContext } from './requests.ts';
import { displayNameIn } from './toWire.ts';

/**
 * The peer's client is back, on that connection: closes what it does not know of, announces what it misses, and answers with
 * how all else stands. What is told meanwhile waits for the answer.
 */
export function resume(
  context: RequestContext,
  connection: Connection,
  { appData, extensions, holds }: ClientWords['join'],
): object {
  const { peer, ids, outbox, reception } = context;
  const producerIds = new Set(holds?.producers);
  const consumerIds = new Set(holds?.consumers);
  const numbered = [...peer.sending.producers.values()].flatMap((producer) => {
    const id = ids.producers.numberOf(producer);
    return id !== undefined && producerIds.has(id) ? [{ id, producer }] : [];
  });
  // Nothing of this is told: there is no connection yet.
  const none = new Set<string>();
  peer.sending.retainOnly({
    producers: new Set(numbered.map(({ producer }) => producer.id)),
    dataProducers: none,
  });
  peer.receiving.retainOnly({ consumers: reception.keepOnly(consumerIds), dataConsumers: none });
  const displayName = displayNameIn(appData);
  if (displayName !== undefined) peer.setDisplayName(displayName);
  const resumed = {
    producers: numbered.map(({ id, producer: { paused } }) => ({ id, paused })),
    consumers: reception.standing(),
  };

  outbox.extensions = extensions;
  outbox.connect(connection);
  outbox.hold();
  peer.setReconnecting(false);
  reception.resume();
  peer.receiving.offerMissing();
  // What it does not have is announced after the answer.
  return { ...toWelcome(context, () => []), resumed };
}
