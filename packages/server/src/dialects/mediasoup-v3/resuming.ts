import type { Written } from '@tureen/protocol/common';
import type { ClientData, JoinResponse } from '@tureen/protocol/mediasoup-v3';
import { MediaError } from '../../engine/MediaBackend.ts';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { DataConsumer } from '../../rooms/DataConsumer.ts';
import type { Connection } from '../Connection.ts';
import { toWelcome } from './requests.ts';
import type { RequestContext } from './requests.ts';

/**
 * The peer's client is back, on that connection: closes what it does not know of, offers it what it misses, and answers with
 * how all else stands. What is told meanwhile waits for the answer.
 */
export function resume(
  context: RequestContext,
  connection: Connection,
  { displayName, holds }: ClientData<'join'>,
): Written<JoinResponse> {
  const { peer, outbox } = context;
  const held = {
    producers: new Set(holds?.producers),
    consumers: new Set(holds?.consumers),
    dataProducers: new Set(holds?.dataProducers),
    dataConsumers: new Set(holds?.dataConsumers),
  };
  // Nothing of this is told: there is no connection yet.
  peer.sending.retainOnly(held);
  peer.receiving.retainOnly(held);
  if (displayName !== undefined) peer.setDisplayName(displayName);
  const producers = [...peer.sending.producers.values()];
  const consumers = [...peer.receiving.consumers.values()];
  const resumed = {
    producers: producers.map(({ id, paused }) => ({ id, paused })),
    consumers: consumers.map(({ id, paused, sourcePaused }) => ({ id, paused, producerPaused: sourcePaused })),
    dataProducers: [...peer.sending.dataProducers.keys()],
    dataConsumers: [...peer.receiving.dataConsumers.keys()],
  };

  outbox.connect(connection);
  outbox.hold();
  peer.setReconnecting(false);
  const welcome = toWelcome(context);
  for (const consumer of consumers) {
    const consumerId = consumer.id;
    take(context, consumer);
    outbox.tell('consumerScore', { consumerId, score: consumer.score });
    if (consumer.type !== 'simple')
      outbox.tell('consumerLayersChanged', { consumerId, layers: consumer.currentLayers ?? null });
  }
  for (const dataConsumer of peer.receiving.dataConsumers.values()) take(context, dataConsumer);
  peer.receiving.offerMissing();
  return { ...welcome, resumed };
}

/** It has what it was offered, whether or not its answer came. */
function take({ peer }: RequestContext, consumer: Consumer | DataConsumer): void {
  consumer.accept().catch((error: unknown) => {
    // It closed while the worker was asked.
    if (error instanceof MediaError && error.code === 'closed') return;
    peer.logger.warn({ err: error, consumerId: consumer.id }, 'consumer could not be started');
  });
}
