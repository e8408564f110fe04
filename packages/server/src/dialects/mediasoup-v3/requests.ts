import type { RtpCapabilities, Written } from '@tureen/protocol/common';
import { EXTENSIONS, refusals } from '@tureen/protocol/mediasoup-v3';
import type { ClientData, ClientMethod, JoinResponse, ResponseData } from '@tureen/protocol/mediasoup-v3';
import type { Peer } from '../../rooms/Peer.ts';
import type { MediasoupV3Settings } from './options.ts';
import { refused } from '../Connection.ts';
import type { Notifier } from './Notifier.ts';
import type { ClientVariant } from './ClientVariant.ts';
import { toNeutralAppData, toWirePeer, toWireTransport } from './toWire.ts';
import type { TransportsAhead } from './TransportsAhead.ts';

/** Receiving options from the client's join. */
interface Receiving {
  readonly rtpCapabilities: RtpCapabilities | undefined;
  readonly data: boolean;
  readonly earlyMedia: boolean;
}

/** Context of the request handlers. */
export interface RequestContext {
  readonly peer: Peer;
  readonly notifier: Notifier;
  readonly settings: MediasoupV3Settings;
  readonly clientVariant: ClientVariant;
  /** Undefined until the join. */
  receiving: Receiving | undefined;
  /** Transports of the welcome; undefined for a client that reads none. */
  readonly ahead: TransportsAhead | undefined;
  /** Counts the peer among those that prepare their join, and gives it more time, once. */
  readonly hold: () => void;
}

type Handler<Method extends ClientMethod> = (
  context: RequestContext,
  data: ClientData<Method>,
) => Written<ResponseData<Method>> | Promise<Written<ResponseData<Method>>>;

/** Methods that are allowed before the join. Others are refused with `Peer not yet joined`. */
export const beforeJoin: ReadonlySet<ClientMethod> = new Set<ClientMethod>([
  'getRouterRtpCapabilities',
  'join',
  'prepare',
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

/** Requests whose response depends on other clients. They do not delay later requests. */
export const concurrentMethods: ReadonlySet<ClientMethod> = new Set<ClientMethod>(['awaitDataConsumers']);

/** Handlers of all client methods. The data is validated. Handlers throw refusals. */
export const requestHandlers: { readonly [Method in ClientMethod]: Handler<Method> } = {
  getRouterRtpCapabilities: ({ peer }) => peer.room.rtpCapabilities,

  join: async (context, { displayName, device, rtpCapabilities, sctpCapabilities, appData, extensions }) => {
    const { peer, settings, ahead } = context;
    if (peer.state === 'joined') throw refused(refusals.alreadyJoined());
    // Such a client may not have waited, and gives up without transports: the other peers need not learn of it.
    if (peer.transports.size === 0) await ahead?.assertCreated();
    const receiving = {
      rtpCapabilities: rtpCapabilities && peer.receiving.matchRtpCapabilities(rtpCapabilities),
      data: sctpCapabilities !== undefined,
      earlyMedia: !settings.demoFaithful && extensions?.includes('earlyMedia') === true,
    };
    const transport = [...peer.transports.values()].find(({ isConsuming }) => isConsuming);
    if (transport !== undefined) peer.receiving.consume({ transport, ...receiving });
    peer.join({ displayName, device, appData, onDuplicate: 'replace' });
    context.receiving = receiving;
    return toJoinResponse(context);
  },

  createWebRtcTransport: async (context, { producing, consuming, forceTcp, sctpCapabilities }) => {
    const { peer, settings, ahead } = context;
    const wanted = {
      isProducing: producing,
      isConsuming: consuming,
      forceTcp,
      enableSctp: sctpCapabilities !== undefined,
      mayReplace: true,
      // The stock server sets no deadline, and leaves the first key frame request to the worker.
      ...(settings.demoFaithful ? { dtlsTimeoutMs: 0, requestsEarlyKeyFrames: false } : {}),
    };
    const transport = (await ahead?.take(wanted)) ?? (await peer.createTransport(wanted));
    // The client joined first. The stock server then offers only later producers.
    if (consuming && context.receiving !== undefined && peer.receiving.options === null)
      peer.receiving.consume({ transport, ...context.receiving }, { offerExisting: !settings.demoFaithful });
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
    const { id } = await peer.sending.produce(transport, { kind, rtpParameters, appData: sent, paused: isPaused });
    return { id };
  },

  closeProducer: ({ peer }, { producerId }) => {
    own(peer.sending.producers, 'producer', producerId).close('owner');
    return undefined;
  },

  pauseProducer: async ({ peer }, { producerId }) => {
    await own(peer.sending.producers, 'producer', producerId).pause('owner');
    return undefined;
  },

  resumeProducer: async ({ peer }, { producerId }) => {
    await own(peer.sending.producers, 'producer', producerId).resume('owner');
    return undefined;
  },

  pauseConsumer: async ({ peer }, { consumerId }) => {
    await own(peer.receiving.consumers, 'consumer', consumerId).pause();
    return undefined;
  },

  resumeConsumer: async ({ peer }, { consumerId }) => {
    await own(peer.receiving.consumers, 'consumer', consumerId).resume();
    return undefined;
  },

  setConsumerPreferredLayers: async ({ peer }, { consumerId, spatialLayer, temporalLayer }) => {
    await own(peer.receiving.consumers, 'consumer', consumerId).setPreferredLayers({ spatialLayer, temporalLayer });
    return undefined;
  },

  setConsumerPriority: async ({ peer }, { consumerId, priority }) => {
    await own(peer.receiving.consumers, 'consumer', consumerId).setPriority(priority);
    return undefined;
  },

  requestConsumerKeyFrame: async ({ peer }, { consumerId }) => {
    await own(peer.receiving.consumers, 'consumer', consumerId).requestKeyFrame();
    return undefined;
  },

  closeConsumer: ({ peer }, { consumerId }) => {
    own(peer.receiving.consumers, 'consumer', consumerId).close('owner');
    return undefined;
  },

  produceData: async ({ peer }, { transportId, sctpStreamParameters, label, protocol, appData }) => {
    const transport = own(peer.transports, 'transport', transportId);
    // Clients of the demo read the sender of a message from this field.
    const named = Object.hasOwn(appData, 'peerId') ? { ...appData, peerId: peer.id } : appData;
    const { id } = await peer.sending.produceData(transport, { sctpStreamParameters, label, protocol, appData: named });
    return { id };
  },

  closeDataProducer: ({ peer }, { dataProducerId }) => {
    own(peer.sending.dataProducers, 'dataProducer', dataProducerId).close();
    return undefined;
  },

  prepare: ({ peer, hold }) => {
    if (peer.state === 'joined') throw refused(refusals.alreadyJoined());
    hold();
    peer.receiving.expectOffers();
    return undefined;
  },

  awaitDataConsumers: async ({ peer }, { dataProducerId }) => {
    const dataProducer = own(peer.sending.dataProducers, 'dataProducer', dataProducerId);
    await dataProducer.receivers.whenReady();
    // The data producer may have closed while its receivers opened their channels.
    own(peer.sending.dataProducers, 'dataProducer', dataProducerId);
    return undefined;
  },

  closeDataConsumer: ({ peer }, { dataConsumerId }) => {
    own(peer.receiving.dataConsumers, 'dataConsumer', dataConsumerId).close('owner');
    return undefined;
  },

  pauseDataConsumer: async ({ peer }, { dataConsumerId }) => {
    await own(peer.receiving.dataConsumers, 'dataConsumer', dataConsumerId).pause();
    return undefined;
  },

  resumeDataConsumer: async ({ peer }, { dataConsumerId }) => {
    await own(peer.receiving.dataConsumers, 'dataConsumer', dataConsumerId).resume();
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

  getProducerStats: ({ peer }, { producerId }) => own(peer.sending.producers, 'producer', producerId).getStats(),

  getConsumerStats: ({ peer }, { consumerId }) => own(peer.receiving.consumers, 'consumer', consumerId).getStats(),

  getDataProducerStats: ({ peer }, { dataProducerId }) =>
    own(peer.sending.dataProducers, 'dataProducer', dataProducerId).getStats(),

  getDataConsumerStats: ({ peer }, { dataConsumerId }) =>
    own(peer.receiving.dataConsumers, 'dataConsumer', dataConsumerId).getStats(),

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

/** Creates the response to a join or resume. */
export function toJoinResponse({ peer, notifier, settings }: RequestContext): Written<JoinResponse> {
  const others = peer.room.othersOf(peer);
  const peers = others.map((other) => toWirePeer(other, settings));
  if (settings.demoFaithful) return { peers };
  for (const { id, reconnecting } of others) if (reconnecting) notifier.notify('peerReconnecting', { peerId: id });
  const extensions = EXTENSIONS.filter((name) => name !== 'resumeToken' || settings.reconnectGraceMs > 0);
  return { peers, extensions };
}

/** Finds an entity of the peer. Throws the same refusal for an entity of another peer as for an unknown ID. */
function own<Entity>(entities: ReadonlyMap<string, Entity>, name: string, id: string): Entity {
  const entity = entities.get(id);
  if (entity === undefined) throw refused(refusals.notFound(name, id));
  return entity;
}
