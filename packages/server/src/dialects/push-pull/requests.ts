import type { Written } from '@tureen/protocol/common';
import { refusals } from '@tureen/protocol/push-pull';
import type { ClientData, ClientRequestMethod, ResponseData } from '@tureen/protocol/push-pull';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { PushPullSettings } from './options.ts';
import type { PushPullUser } from './PushPullUser.ts';
import { refused } from '../Connection.ts';
import { connect } from './connect.ts';
import { pull } from './pulling.ts';
import { rtcPilotCapabilities } from './rtcPilotCodecs.ts';
import { planPush } from './sdp/planPush.ts';
import { readOffer } from './sdp/readOffer.ts';
import { writeAnswer } from './sdp/writeAnswer.ts';
import { toPusher } from './toWire.ts';

/** Context of a request. */
export interface RequestContext {
  readonly user: PushPullUser;
  readonly registry: RoomRegistry;
  readonly settings: PushPullSettings;
}

/** All requests but join, which creates the user. */
export type UserRequestMethod = Exclude<ClientRequestMethod, 'join'>;

type Handler<Method extends UserRequestMethod> = (
  context: RequestContext,
  data: ClientData<Method>,
) => Written<ResponseData<Method>> | Promise<Written<ResponseData<Method>>>;

/** Handlers of a user's requests. The data is validated. Handlers throw refusals. */
export const requestHandlers: { readonly [Method in UserRequestMethod]: Handler<Method> } = {
  push: async ({ user, settings }, { sdp, source, appData, paused }) => {
    const { peer, connections, notifier } = user;
    peer.assertMay('publish');
    const { isRtcPilot } = settings;
    const offer = readOffer(sdp, settings);
    const planned = planPush(offer, {
      routerRtpCapabilities: isRtcPilot ? rtcPilotCapabilities(peer.room.rtpCapabilities) : peer.room.rtpCapabilities,
      allowSimulcast: !isRtcPilot,
      allowUnusable: isRtcPilot,
    });
    const sent = { paused: paused === true, appData: source === undefined ? appData : { ...appData, source } };
    return connect(peer, { isProducing: true, isConsuming: false }, offer, async (transport) => {
      const producers = await peer.sending.produceTogether(
        transport,
        planned.map(({ kind, rtpParameters }) => ({ kind, rtpParameters, ...sent })),
      );
      connections.expect(transport);
      const answered = planned.map(({ mid, answered: rtpParameters, rids }) => {
        return [mid, { direction: 'recvonly', rtpParameters, rids }] as const;
      });
      const answer = writeAnswer(offer, transport, new Map(answered));
      if (!notifier.extensions.has('pushers')) return { sdp: answer };
      const pushers = producers.map((producer, index) => ({
        ...toPusher(producer, notifier),
        mid: planned[index]?.mid ?? '',
      }));
      return { sdp: answer, pushers };
    });
  },

  pull,

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

/** Returns all the producers, or throws before any of them changes. */
function ownProducers({ peer }: PushPullUser, pusherIds: readonly string[]): readonly Producer[] {
  return pusherIds.map((pusherId) => {
    const producer = peer.sending.producers.get(pusherId);
    if (producer === undefined) throw refused(refusals.pusherNotFound(pusherId));
    return producer;
  });
}

/** Returns the consumers of the pulled pushers, or throws before any of them changes. */
function ownConsumers({ peer }: PushPullUser, pusherIds: readonly string[]): readonly Consumer[] {
  const consumers = [...peer.receiving.consumers.values()];
  return pusherIds.map((pusherId) => {
    const consumer = consumers.find(({ producer }) => producer.id === pusherId);
    if (consumer === undefined) throw refused(refusals.pusherNotFound(pusherId));
    return consumer;
  });
}
