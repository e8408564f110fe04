import type { RtpCapabilities, Written } from '@tureen/protocol/common';
import { EXTENSIONS, refusals } from '@tureen/protocol/mediasoup-v3';
import type { ClientData, ClientMethod, JoinResponse, ResponseData } from '@tureen/protocol/mediasoup-v3';
import type { Peer } from '../../rooms/Peer.ts';
import type { MediasoupV3Settings } from './options.ts';
import { refused } from '../Connection.ts';
import type { Notifier } from './Notifier.ts';
import type { SpokenVariant } from './SpokenVariant.ts';
import { toNeutralAppData, toWirePeer, toWireTransport } from './toWire.ts';

/** What join said of receiving. */
interface Receiving {
  readonly rtpCapabilities: RtpCapabilities | undefined;
  readonly data: boolean;
}

/** What a request acts on. */
export interface RequestContext {
  readonly peer: Peer;
  readonly outbox: Notifier;
  readonly settings: MediasoupV3Settings;
  readonly spoken: SpokenVariant;
  /** Undefined until join. */
  receiving: Receiving | undefined;
}

type Handler<Method extends ClientMethod> = (
  context: RequestContext,
  data: ClientData<Method>,
) => Written<ResponseData<Method>> | Promise<Written<ResponseData<Method>>>;

/** What may be asked before join; anything else is refused with `Peer not yet joined`. */
export const beforeJoin: ReadonlySet<ClientMethod> = new Set<ClientMethod>([
  'getRouterRtpCapabilities',
  'join',
  'createWebRtcTransport',
  'connectWebRtcTransport',
  'restartIce',
  'getTransportStats',
  'getProducerStats',
  'getConsumerStats',
  'getDataProducerStats',
  'getDataConsumerStats',
  'getRtcStatsUrl',
  'applyNetworkThrottle',
  'resetNetworkThrottle',
  'leaveRoom',
]);

/** Requests whose answer depends on other clients: they hold up no later request. */
export const waitsForOthers: ReadonlySet<ClientMethod> = new Set<ClientMethod>(['awaitDataConsumers']);

/** What each message of a client does. Data is read already; what is thrown is the refusal. */
export const requestHandlers: { readonly [Method in ClientMethod]: Handler<Method> } = {
  getRouterRtpCapabilities: ({ peer }) => peer.routerRtpCapabilities,

  join: (context, { displayName, device, rtpCapabilities, sctpCapabilities, appData }) => {
    const { peer } = context;
    if (peer.state === 'joined') throw refused(refusals.alreadyJoined());
    const receiving = {
      rtpCapabilities: rtpCapabilities && peer.matchRtpCapabilities(rtpCapabilities),
      data: sctpCapabilities !== undefined,
    };
    const transport = [...peer.transports.values()].find(({ isConsuming }) => isConsuming);
    if (transport !== undefined) peer.consume({ transport, ...receiving });
    const others = peer.join({ displayName, device, appData, onDuplicate: 'replace' });
    context.receiving = receiving;
    return toWelcome(context, others);
  },

  createWebRtcTransport: async (context, { producing, consuming, forceTcp, sctpCapabilities }) => {
    const { peer, settings } = context;
    const transport = await peer.createTransport({
      isProducing: producing,
      isConsuming: consuming,
      forceTcp,
      enableSctp: sctpCapabilities !== undefined,
      mayReplace: true,
      // The stock server waits for ever.
      ...(settings.demoFaithful ? { dtlsTimeoutMs: 0 } : {}),
    });
    // Join came first. The stock server has lost what was there at join, and goes on with what comes later.
    if (consuming && context.receiving !== undefined && peer.consuming === null)
      peer.consume({ transport, ...context.receiving }, { offerExisting: !settings.demoFaithful });
    return toWireTransport(transport, settings);
  },

  connectWebRtcTransport: async ({ peer }, { transportId, dtlsParameters }) => {
    await own(peer.transports, 'transport', transportId).connect(dtlsParameters);
    return undefined;
  },

  restartIce: ({ peer }, { transportId }) => own(peer.transports, 'transport', transportId).restartIce(),

  produce: async ({ peer, settings }, { transportId, kind, rtpParameters, appData, paused }) => {
    const transport = own(peer.transports, 'transport', transportId);
    const isPaused = paused === true && !settings.demoFaithful;
    const sent = settings.demoFaithful ? appData : toNeutralAppData(appData, kind);
    const { id } = await peer.produce(transport, { kind, rtpParameters, appData: sent, paused: isPaused });
    return { id };
  },

  closeProducer: ({ peer }, { producerId }) => {
    own(peer.producers, 'producer', producerId).close('owner');
    return undefined;
  },

  pauseProducer: async ({ peer }, { producerId }) => {
    await own(peer.producers, 'producer', producerId).pause('owner');
    return undefined;
  },

  resumeProducer: async ({ peer }, { producerId }) => {
    await own(peer.producers, 'producer', producerId).resume('owner');
    return undefined;
  },

  pauseConsumer: async ({ peer }, { consumerId }) => {
    await own(peer.consumers, 'consumer', consumerId).pause();
    return undefined;
  },

  resumeConsumer: async ({ peer }, { consumerId }) => {
    await own(peer.consumers, 'consumer', consumerId).resume();
    return undefined;
  },

  setConsumerPreferredLayers: async ({ peer }, { consumerId, spatialLayer, temporalLayer }) => {
    await own(peer.consumers, 'consumer', consumerId).setPreferredLayers({ spatialLayer, temporalLayer });
    return undefined;
  },

  setConsumerPriority: async ({ peer }, { consumerId, priority }) => {
    await own(peer.consumers, 'consumer', consumerId).setPriority(priority);
    return undefined;
  },

  requestConsumerKeyFrame: async ({ peer }, { consumerId }) => {
    await own(peer.consumers, 'consumer', consumerId).requestKeyFrame();
    return undefined;
  },

  closeConsumer: ({ peer }, { consumerId }) => {
    own(peer.consumers, 'consumer', consumerId).close('owner');
    return undefined;
  },

  produceData: async ({ peer }, { transportId, sctpStreamParameters, label, protocol, appData }) => {
    const transport = own(peer.transports, 'transport', transportId);
    // Clients of demo descent take this for who sent the message.
    const named = Object.hasOwn(appData, 'peerId') ? { ...appData, peerId: peer.id } : appData;
    const { id } = await peer.produceData(transport, { sctpStreamParameters, label, protocol, appData: named });
    return { id };
  },

  closeDataProducer: ({ peer }, { dataProducerId }) => {
    own(peer.dataProducers, 'dataProducer', dataProducerId).close();
    return undefined;
  },

  awaitDataConsumers: async ({ peer }, { dataProducerId }) => {
    const dataProducer = own(peer.dataProducers, 'dataProducer', dataProducerId);
    await dataProducer.receivers.whenReady();
    // Closed while its receivers opened their channels.
    own(peer.dataProducers, 'dataProducer', dataProducerId);
    return undefined;
  },

  closeDataConsumer: ({ peer }, { dataConsumerId }) => {
    own(peer.dataConsumers, 'dataConsumer', dataConsumerId).close('owner');
    return undefined;
  },

  pauseDataConsumer: async ({ peer }, { dataConsumerId }) => {
    await own(peer.dataConsumers, 'dataConsumer', dataConsumerId).pause();
    return undefined;
  },

  resumeDataConsumer: async ({ peer }, { dataConsumerId }) => {
    await own(peer.dataConsumers, 'dataConsumer', dataConsumerId).resume();
    return undefined;
  },

  changeDisplayName: ({ peer }, { displayName }) => {
    peer.setDisplayName(displayName);
    return undefined;
  },

  textMessage: ({ peer }, { text }) => {
    peer.sendText(text);
    return undefined;
  },

  getTransportStats: ({ peer }, { transportId }) => own(peer.transports, 'transport', transportId).getStats(),

  getProducerStats: ({ peer }, { producerId }) => own(peer.producers, 'producer', producerId).getStats(),

  getConsumerStats: ({ peer }, { consumerId }) => own(peer.consumers, 'consumer', consumerId).getStats(),

  getDataProducerStats: ({ peer }, { dataProducerId }) =>
    own(peer.dataProducers, 'dataProducer', dataProducerId).getStats(),

  getDataConsumerStats: ({ peer }, { dataConsumerId }) =>
    own(peer.dataConsumers, 'dataConsumer', dataConsumerId).getStats(),

  getRtcStatsUrl: () => ({ rtcstatsUrl: '' }),

  applyNetworkThrottle: () => {
    throw refused(refusals.forbidden('disabled'));
  },

  resetNetworkThrottle: () => {
    throw refused(refusals.forbidden('disabled'));
  },

  leaveRoom: ({ peer }) => {
    peer.close({ reason: 'left' });
    return undefined;
  },
};

/** What whoever joins or comes back is told of the room. */
export function toWelcome({ outbox, settings }: RequestContext, others: readonly Peer[]): Written<JoinResponse> {
  const peers = others.map((other) => toWirePeer(other, settings));
  if (settings.demoFaithful) return { peers };
  for (const { id, reconnecting } of others) if (reconnecting) outbox.tell('peerReconnecting', { peerId: id });
  const extensions = EXTENSIONS.filter((name) => name !== 'resumeToken' || settings.reconnectGraceMs > 0);
  return { peers, extensions };
}

/** One of the peer's own; someone else's is as unknown as one that never was. */
function own<Entity>(entities: ReadonlyMap<string, Entity>, name: string, id: string): Entity {
  const entity = entities.get(id);
  if (entity === undefined) throw refused(refusals.notFound(name, id));
  return entity;
}
