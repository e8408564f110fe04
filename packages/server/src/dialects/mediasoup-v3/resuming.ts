import type { Written } from '@tureen/protocol/common';
import type { ClientData, JoinResponse } from '@tureen/protocol/mediasoup-v3';
import { MediaError } from '../../engine/port/MediaError.ts';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { DataConsumer } from '../../rooms/DataConsumer.ts';
import type { Connection } from '../Connection.ts';
import { toJoinResponse } from './requests.ts';
import type { RequestContext } from './requests.ts';

/** Response to a join that resumes, and a callback for after the response. */
export interface Resumed {
  readonly response: Written<JoinResponse>;
  readonly afterSent: () => void;
}

/**
 * Resumes the peer on that connection: closes what its client does not have, offers what the client misses, and responds with
 * the state of everything else. Notifications are held until `afterSent`.
 */
export function resume(
  context: RequestContext,
  connection: Connection,
  { displayName, holds }: ClientData<'join'>,
): Resumed {
  const { peer, notifier } = context;
  const ids = {
    producers: new Set(holds?.producers),
    consumers: new Set(holds?.consumers),
    dataProducers: new Set(holds?.dataProducers),
    dataConsumers: new Set(holds?.dataConsumers),
  };
  // The client is not notified of this: the peer has no connection yet.
  peer.sending.retainOnly(ids);
  peer.receiving.retainOnly(ids);
  if (displayName !== undefined) peer.setDisplayName(displayName);
  const producers = [...peer.sending.producers.values()];
  const consumers = [...peer.receiving.consumers.values()];
  const resumed = {
    producers: producers.map(({ id, paused }) => ({ id, paused })),
    consumers: consumers.map(({ id, paused, sourcePaused }) => ({ id, paused, producerPaused: sourcePaused })),
    dataProducers: [...peer.sending.dataProducers.keys()],
    dataConsumers: [...peer.receiving.dataConsumers.keys()],
  };

  notifier.connect(connection);
  const afterSent = notifier.hold();
  peer.setReconnecting(false);
  const response = toJoinResponse(context);
  for (const consumer of consumers) {
    const consumerId = consumer.id;
    start(context, consumer);
    notifier.notify('consumerScore', { consumerId, score: consumer.score });
    if (consumer.type !== 'simple')
      notifier.notify('consumerLayersChanged', { consumerId, layers: consumer.currentLayers ?? null });
  }
  for (const dataConsumer of peer.receiving.dataConsumers.values()) start(context, dataConsumer);
  peer.receiving.offerMissing();
  return { response: { ...response, resumed }, afterSent };
}

/** The client may have accepted the offer even where its response was lost. */
function start({ peer }: RequestContext, consumer: Consumer | DataConsumer): void {
  consumer.accept().catch((error: unknown) => {
    // The consumer closed while the worker started it.
    if (error instanceof MediaError && error.code === 'closed') return;
    peer.logger.warn({ err: error, consumerId: consumer.id }, 'cannot start the consumer');
  });
}
