import type * as v from 'valibot';

import { nothing } from '../common/index.ts';
import { isNameIn, resolverOf } from '../common/methods.ts';
import * as notifications from './notifications.ts';
import * as requests from './requests.ts';
import * as responses from './responses.ts';
import type { Variant } from './variants.ts';

/**
 * One message. `request` reads its data and `response` the answer, from either variant into one shape; there is no
 * `response` where nothing is ever answered. `kind` `either` is a request in the classic variant and a notification in
 * the other; both are taken from anyone.
 */
export interface MethodEntry {
  readonly direction: 'clientToServer' | 'serverToClient';
  readonly kind: 'request' | 'notification' | 'either';
  readonly request: v.GenericSchema;
  readonly response: v.GenericSchema | undefined;
  /** Which variants have it. */
  readonly variants: readonly Variant[];
  /** Ours; strangers ignore it. */
  readonly additive?: true;
}

const both = ['classic', 'notify'] as const satisfies readonly Variant[];
const classic = ['classic'] as const satisfies readonly Variant[];
const notify = ['notify'] as const satisfies readonly Variant[];

/* @__NO_SIDE_EFFECTS__ */
function asked<Request extends v.GenericSchema, Response extends v.GenericSchema>(
  request: Request,
  response: Response,
) {
  return { direction: 'clientToServer', kind: 'request', request, response, variants: both } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function askedOrTold<Request extends v.GenericSchema>(request: Request) {
  return { direction: 'clientToServer', kind: 'either', request, response: nothing, variants: both } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function additive<Entry extends MethodEntry>(entry: Entry) {
  return { ...entry, additive: true } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function only<const Variants extends readonly Variant[], Entry extends MethodEntry>(variants: Variants, entry: Entry) {
  return { ...entry, variants } as const;
}

/**
 * What the answers are read by that say more than yes. Apart from the table, as a client needs nothing else of that, and its bundle
 * stays free of what only servers read; the table names the schemas itself, as bundlers keep what reads a field of an object.
 */
export const answers = {
  getRouterRtpCapabilities: responses.routerRtpCapabilitiesResponse,
  join: responses.joinResponse,
  createWebRtcTransport: responses.transportResponse,
  restartIce: responses.iceParametersResponse,
  produce: responses.producerResponse,
  produceData: responses.dataProducerResponse,
  getTransportStats: responses.statsResponse,
  getProducerStats: responses.statsResponse,
  getConsumerStats: responses.statsResponse,
  getDataProducerStats: responses.statsResponse,
  getDataConsumerStats: responses.statsResponse,
  getRtcStatsUrl: responses.rtcStatsUrlResponse,
} as const;

/** What one variant asks and the other tells. */
export const askedOrToldMethods: ReadonlySet<string> = new Set([
  'closeProducer',
  'pauseProducer',
  'resumeProducer',
  'pauseConsumer',
  'resumeConsumer',
  'setConsumerPreferredLayers',
  'setConsumerPriority',
  'requestConsumerKeyFrame',
  'changeDisplayName',
] satisfies ClientNotificationMethod[]);

/** What clients send, by canonical name; other names for the same are in `aliases`. */
export const clientToServer = {
  getRouterRtpCapabilities: asked(nothing, responses.routerRtpCapabilitiesResponse),
  join: asked(requests.joinRequest, responses.joinResponse),
  createWebRtcTransport: asked(requests.createWebRtcTransportRequest, responses.transportResponse),
  connectWebRtcTransport: asked(requests.connectWebRtcTransportRequest, nothing),
  restartIce: asked(requests.transportRequest, responses.iceParametersResponse),
  produce: asked(requests.produceRequest, responses.producerResponse),
  closeProducer: askedOrTold(requests.producerRequest),
  pauseProducer: askedOrTold(requests.producerRequest),
  resumeProducer: askedOrTold(requests.producerRequest),
  pauseConsumer: askedOrTold(requests.consumerRequest),
  resumeConsumer: askedOrTold(requests.consumerRequest),
  setConsumerPreferredLayers: askedOrTold(requests.setConsumerPreferredLayersRequest),
  setConsumerPriority: askedOrTold(requests.setConsumerPriorityRequest),
  requestConsumerKeyFrame: askedOrTold(requests.consumerRequest),
  produceData: asked(requests.produceDataRequest, responses.dataProducerResponse),
  changeDisplayName: askedOrTold(requests.changeDisplayNameRequest),
  getTransportStats: asked(requests.transportRequest, responses.statsResponse),
  getProducerStats: asked(requests.producerRequest, responses.statsResponse),
  getConsumerStats: asked(requests.consumerRequest, responses.statsResponse),
  getDataProducerStats: asked(requests.dataProducerRequest, responses.statsResponse),
  getDataConsumerStats: asked(requests.dataConsumerRequest, responses.statsResponse),
  getRtcStatsUrl: only(notify, asked(nothing, responses.rtcStatsUrlResponse)),
  applyNetworkThrottle: asked(requests.applyNetworkThrottleRequest, nothing),
  resetNetworkThrottle: asked(requests.resetNetworkThrottleRequest, nothing),
  leaveRoom: asked(nothing, nothing),
  closeConsumer: additive(asked(requests.consumerRequest, nothing)),
  closeDataProducer: additive(asked(requests.dataProducerRequest, nothing)),
  closeDataConsumer: additive(asked(requests.dataConsumerRequest, nothing)),
  pauseDataConsumer: additive(asked(requests.dataConsumerRequest, nothing)),
  resumeDataConsumer: additive(asked(requests.dataConsumerRequest, nothing)),
  awaitDataConsumers: additive(asked(requests.dataProducerRequest, nothing)),
  textMessage: additive(asked(requests.textMessageRequest, nothing)),
} as const satisfies Record<string, MethodEntry>;

/** What is read of the messages that servers send of their own accord. Apart from the table, as `answers` is. */
export const news = {
  newConsumer: notifications.newConsumerRequest,
  newDataConsumer: notifications.newDataConsumerRequest,
  mediasoupVersion: notifications.versionNotification,
  newPeer: notifications.newPeerNotification,
  peerClosed: notifications.peerClosedNotification,
  peerDisplayNameChanged: notifications.peerDisplayNameChangedNotification,
  producerScore: notifications.producerScoreNotification,
  consumerScore: notifications.consumerScoreNotification,
  consumerClosed: notifications.consumerClosedNotification,
  consumerPaused: notifications.consumerNotification,
  consumerResumed: notifications.consumerNotification,
  consumerLayersChanged: notifications.consumerLayersChangedNotification,
  dataConsumerClosed: notifications.dataConsumerClosedNotification,
  activeSpeaker: notifications.activeSpeakerNotification,
  speakingPeers: notifications.speakingPeersNotification,
  downlinkBwe: notifications.downlinkBweNotification,
  peerReconnecting: notifications.peerNotification,
  peerReconnected: notifications.peerNotification,
  producerClosed: notifications.producerNotification,
  producerPaused: notifications.producerNotification,
  producerResumed: notifications.producerNotification,
  transportClosed: notifications.transportClosedNotification,
  textMessage: notifications.textMessageNotification,
  consumerUnsupported: notifications.consumerUnsupportedNotification,
  messagesLost: notifications.messagesLostNotification,
  roomClosed: notifications.roomClosedNotification,
} as const;

type News = typeof news;
type Offer = 'newConsumer' | 'newDataConsumer';

const offers: ReadonlySet<string> = new Set(['newConsumer', 'newDataConsumer'] satisfies Offer[]);
/** Those that one variant has and the other has not. */
const onlyIn: Readonly<Partial<Record<string, readonly Variant[]>>> = {
  speakingPeers: notify,
  downlinkBwe: classic,
} satisfies Partial<Record<keyof News, readonly Variant[]>>;
const additiveNews: ReadonlySet<string> = new Set([
  'peerReconnecting',
  'peerReconnected',
  'producerClosed',
  'producerPaused',
  'producerResumed',
  'transportClosed',
  'textMessage',
  'consumerUnsupported',
  'messagesLost',
  'roomClosed',
] satisfies (keyof News)[]);

type ServerToClient = {
  readonly [Method in keyof News]: {
    readonly direction: 'serverToClient';
    readonly kind: Method extends Offer ? 'request' : 'notification';
    readonly request: News[Method];
    readonly response: Method extends Offer ? typeof nothing : undefined;
    readonly variants: readonly Variant[];
    readonly additive?: true;
  };
};

function describeNews(): ServerToClient {
  const entries = Object.entries(news).map(([method, request]): [string, MethodEntry] => {
    const isOffer = offers.has(method);
    const entry = { kind: isOffer ? 'request' : 'notification', response: isOffer ? nothing : undefined } as const;
    const described = { direction: 'serverToClient', request, variants: onlyIn[method] ?? both, ...entry } as const;
    return [method, additiveNews.has(method) ? additive(described) : described];
  });
  return Object.fromEntries(entries) as unknown as ServerToClient;
}

/** What servers send of their own accord, by canonical name; other names for the same are in `aliases`. */
export const serverToClient = /* @__PURE__ */ describeNews();

/** Every message of the dialect. In two tables, as `textMessage` goes both ways. */
export const methods = { clientToServer, serverToClient } as const;

/** What a client may send. */
export type ClientMethod = keyof typeof clientToServer;
/** What a server may send of its own accord. */
export type ServerMethod = keyof typeof serverToClient;

type NameOf<Table extends Record<string, MethodEntry>, Kind extends MethodEntry['kind']> = {
  [Name in keyof Table]: Table[Name]['kind'] extends Kind ? Name : never;
}[keyof Table];

/** What a client may send as a request; in the notify variant some of them are notifications. */
export type ClientRequestMethod = ClientMethod;
/** What a client may send as a notification, if its server speaks the notify variant. */
export type ClientNotificationMethod = NameOf<typeof clientToServer, 'either'>;
/** What a server asks; the client answers with nothing, or refuses. */
export type ServerRequestMethod = NameOf<typeof serverToClient, 'request'>;
/** What a server tells. */
export type ServerNotificationMethod = NameOf<typeof serverToClient, 'notification'>;

/** Data of a message from the client, read. */
export type ClientData<Method extends ClientMethod> = v.InferOutput<(typeof clientToServer)[Method]['request']>;
/** Data of a message from the server, read. */
export type ServerData<Method extends ServerMethod> = v.InferOutput<(typeof serverToClient)[Method]['request']>;

/** Data of a request, read, whoever asks. */
export type RequestData<Method extends ClientRequestMethod | ServerRequestMethod> = Method extends ClientMethod
  ? ClientData<Method>
  : Method extends ServerRequestMethod
    ? ServerData<Method>
    : never;

/** The answer to a request, read, whoever asked. */
export type ResponseData<Method extends ClientRequestMethod | ServerRequestMethod> = Method extends ClientMethod
  ? v.InferOutput<(typeof clientToServer)[Method]['response']>
  : undefined;

/** Data of a notification, read, whoever tells. */
export type NotificationData<Method extends ClientNotificationMethod | ServerNotificationMethod> =
  Method extends ServerNotificationMethod
    ? ServerData<Method>
    : Method extends ClientNotificationMethod
      ? ClientData<Method>
      : never;

/** Names under which the same message is also known: the document's own, and the other variant's. */
export const aliases = {
  leaveCall: 'leaveRoom',
  stopNetworkThrottle: 'resetNetworkThrottle',
  'mediasoup-version': 'mediasoupVersion',
  peerLeft: 'peerClosed',
  peerLeaveCall: 'peerClosed',
} as const satisfies Record<string, ClientMethod | ServerMethod>;

/** The name by which the tables know a message; a name that is no alias comes back as it is. */
export const canonicalMethod = /* @__PURE__ */ resolverOf(aliases, news);

/** Whether clients may send that; takes canonical names only. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);

/** Whether servers may send that of their own accord; takes canonical names only. */
export const isServerMethod = /* @__PURE__ */ isNameIn(news);
