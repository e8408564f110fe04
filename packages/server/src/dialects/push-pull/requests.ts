import type { Written } from '@tureen/protocol/common';
import { refusals } from '@tureen/protocol/push-pull';
import type { ClientData, ClientRequestMethod, PullSpec, ResponseData } from '@tureen/protocol/push-pull';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { PushPullSettings } from './options.ts';
import type { PushPullUser } from './PushPullUser.ts';
import { refused } from '../Connection.ts';
import { planPull } from './sdp/planPull.ts';
import { planPush } from './sdp/planPush.ts';
import { readOffer } from './sdp/readOffer.ts';
import type { Offer } from './sdp/readOffer.ts';
import { writeAnswer } from './sdp/writeAnswer.ts';
import { toPusher } from './toWire.ts';

/** What a request acts on. */
export interface RequestContext {
  readonly user: PushPullUser;
  readonly registry: RoomRegistry;
  readonly settings: PushPullSettings;
}

/** All but join, which makes the user. */
export type UserRequestMethod = Exclude<ClientRequestMethod, 'join'>;

type Handler<Method extends UserRequestMethod> = (
  context: RequestContext,
  data: ClientData<Method>,
) => Written<ResponseData<Method>> | Promise<Written<ResponseData<Method>>>;

/** What each request of a user does. Data is read already; what is thrown is the refusal. */
export const requestHandlers: { readonly [Method in UserRequestMethod]: Handler<Method> } = {
  push: async ({ user, settings }, { sdp, source, appData, paused }) => {
    const { peer, connections, outbox } = user;
    const offer = readOffer(sdp);
    const planned = planPush(offer, {
      routerRtpCapabilities: peer.routerRtpCapabilities,
      allowSimulcast: !settings.isRtcPilot,
    });
    const sent = { paused: paused === true, appData: source === undefined ? appData : { ...appData, source } };
    return connect(user, 'push', offer, async (transport) => {
      const producers = await peer.produceTogether(
        transport,
        planned.map(({ kind, rtpParameters }) => ({ kind, rtpParameters, ...sent })),
      );
      connections.expect(transport);
      const answered = planned.map(({ mid, answered: rtpParameters, rids }) => {
        return [mid, { direction: 'recvonly', rtpParameters, rids }] as const;
      });
      const answer = writeAnswer(offer, transport, new Map(answered));
      if (!outbox.extensions.has('pushers')) return { sdp: answer };
      const pushers = producers.map((producer, index) => ({
        ...toPusher(producer, outbox.extensions),
        mid: planned[index]?.mid ?? '',
      }));
      return { sdp: answer, pushers };
    });
  },

  pull: async (context, { targetUserId, sdp, specs }) => {
    const { user } = context;
    const { peer, connections, outbox } = user;
    const producers = specs.map((spec, index) => producerOf(context, targetUserId, spec, index));
    if (producers.length === 0)
      throw refused(refusals.invalid('pull', { path: 'specs', message: 'Expected at least 1' }));
    if (new Set(producers).size < producers.length)
      throw refused(refusals.invalid('pull', { path: 'specs', message: 'Expected each pusher once' }));
    const offer = readOffer(sdp);
    const wanted = producers.map((producer) => {
      return { producer, kind: producer.kind, rtpParameters: producer.consumableRtpParameters };
    });
    const planned = planPull(offer, wanted);
    return connect(user, 'pull', offer, async (transport) => {
      const consumers: Consumer[] = [];
      for (const {
        wanted: { producer },
        mid,
        rtpCapabilities,
      } of planned)
        consumers.push(await peer.pull(producer, { transport, rtpCapabilities, mid }));
      // The newest of two pulls wins: nobody wants to be sent the same twice.
      for (const former of [...peer.consumers.values()]) {
        if (former.transport === transport || !producers.includes(former.producer)) continue;
        former.close('owner');
        connections.prune(former.transport);
      }
      connections.expect(transport);
      const answered = planned.map(({ mid, wanted: { producer } }, index) => {
        const rtpParameters = consumers[index]!.rtpParameters;
        const msid = { streamId: producer.peer.id, trackId: producer.id };
        return [mid, { direction: 'sendonly', rtpParameters, msid }] as const;
      });
      const answer = writeAnswer(offer, transport, new Map(answered));
      if (!outbox.extensions.has('pulled')) return { sdp: answer };
      return { sdp: answer, pulled: planned.map(({ mid, wanted: { producer } }) => ({ pusherId: producer.id, mid })) };
    });
  },

  heartbeat: ({ user: { roomId, peer } }) => ({ roomId, userId: peer.id }),

  leave: ({ user: { peer } }) => {
    peer.close({ reason: 'left' });
    return undefined;
  },

  unpush: ({ user }, { pusherIds }) => {
    for (const producer of ownProducers(user, pusherIds)) {
      producer.close('owner');
      user.connections.prune(producer.transport);
    }
    return undefined;
  },

  pausePush: async ({ user }, { pusherIds }) => {
    for (const producer of ownProducers(user, pusherIds)) await producer.pause('owner');
    return undefined;
  },

  resumePush: async ({ user }, { pusherIds }) => {
    for (const producer of ownProducers(user, pusherIds)) await producer.resume('owner');
    return undefined;
  },

  pausePull: async ({ user }, { pusherIds }) => {
    for (const consumer of ownConsumers(user, pusherIds)) await consumer.pause();
    return undefined;
  },

  resumePull: async ({ user }, { pusherIds }) => {
    for (const consumer of ownConsumers(user, pusherIds)) await consumer.resume();
    return undefined;
  },

  closeConsumer: ({ user }, { pusherIds }) => {
    for (const consumer of ownConsumers(user, pusherIds)) {
      consumer.close('owner');
      user.connections.prune(consumer.transport);
    }
    return undefined;
  },
};

/** One connection for one offer. It is gone again where `use` fails. */
async function connect<T>(
  { peer }: PushPullUser,
  what: 'push' | 'pull',
  { dtlsParameters }: Offer,
  use: (transport: Transport) => Promise<T>,
): Promise<T> {
  const transport = await peer.createTransport({ isProducing: what === 'push', isConsuming: what === 'pull' });
  try {
    await transport.connect(dtlsParameters);
    return await use(transport);
  } catch (error) {
    transport.close('owner');
    throw error;
  }
}

/** What one spec of a pull means. One's own, a dead one and someone else's are all unknown. */
function producerOf(
  { user: { roomId, peer }, registry }: RequestContext,
  targetUserId: string,
  { pusherId, type }: PullSpec,
  index: number,
): Producer {
  const target = registry.get(roomId)?.peers.get(targetUserId);
  const producer = target === peer ? undefined : target?.producers.get(pusherId);
  if (producer === undefined) throw refused(refusals.pusherNotFound(pusherId));
  if (producer.kind === type) return producer;
  throw refused(
    refusals.invalid('pull', { path: `specs.${String(index)}.type`, message: `Expected ${producer.kind}` }),
  );
}

/** All of them, or none is touched. */
function ownProducers({ peer }: PushPullUser, pusherIds: readonly string[]): readonly Producer[] {
  return pusherIds.map((pusherId) => {
    const producer = peer.producers.get(pusherId);
    if (producer === undefined) throw refused(refusals.pusherNotFound(pusherId));
    return producer;
  });
}

/** By what is pulled. All of them, or none is touched. */
function ownConsumers({ peer }: PushPullUser, pusherIds: readonly string[]): readonly Consumer[] {
  const consumers = [...peer.consumers.values()];
  return pusherIds.map((pusherId) => {
    const consumer = consumers.find(({ producer }) => producer.id === pusherId);
    if (consumer === undefined) throw refused(refusals.pusherNotFound(pusherId));
    return consumer;
  });
}
