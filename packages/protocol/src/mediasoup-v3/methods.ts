import { isNameIn, resolverOf, type DataOf } from '../common/methods.ts';
import * as s from '../common/schema/index.ts';
import * as notifications from './notifications.ts';
import * as requests from './requests.ts';
import * as responseSchemas from './responses.ts';
import type { Variant } from './variants.ts';

/**
 * One message. `request` reads the data and `response` reads the response, from either variant into one form. Messages without a response
 * have no `response`. `kind` `either` is a request in the classic variant and a notification in the notify variant. A server accepts both
 * from any client.
 */
export interface MethodEntry {
  readonly direction: 'clientToServer' | 'serverToClient';
  readonly kind: 'request' | 'notification' | 'either';
  readonly request: s.AnySchema;
  readonly response: s.AnySchema | undefined;
  /** Variants that have the message. */
  readonly variants: readonly Variant[];
  /** An extension of Tureen. Other programs ignore the message. */
  readonly additive?: true;
}

const both = ['classic', 'notify'] as const satisfies readonly Variant[];
const classic = ['classic'] as const satisfies readonly Variant[];
const notify = ['notify'] as const satisfies readonly Variant[];

/* @__NO_SIDE_EFFECTS__ */
function request<Request extends s.AnySchema, Response extends s.AnySchema>(request: Request, response: Response) {
  return { direction: 'clientToServer', kind: 'request', request, response, variants: both } as const;
}

/* @__NO_SIDE_EFFECTS__ */
function either<Request extends s.AnySchema>(request: Request) {
  return { direction: 'clientToServer', kind: 'either', request, response: s.empty, variants: both } as const;
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
 * Schemas of the responses that have data. Separate from the table of requests, which a client does not need in its bundle. The table
 * names the schemas again, because bundlers keep code that reads a field of an object.
 */
export const responses = {
  getRouterRtpCapabilities: responseSchemas.routerRtpCapabilitiesResponse,
  join: responseSchemas.joinResponse,
  createWebRtcTransport: responseSchemas.transportResponse,
  restartIce: responseSchemas.iceParametersResponse,
  produce: responseSchemas.producerResponse,
  produceData: responseSchemas.dataProducerResponse,
  getTransportStats: responseSchemas.statsResponse,
  getProducerStats: responseSchemas.statsResponse,
  getConsumerStats: responseSchemas.statsResponse,
  getDataProducerStats: responseSchemas.statsResponse,
  getDataConsumerStats: responseSchemas.statsResponse,
  getRtcStatsUrl: responseSchemas.rtcStatsUrlResponse,
} as const;

/** Requests of the classic variant that are notifications in the notify variant. */
export const eitherMethods: ReadonlySet<string> = new Set([
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

/** Client messages, by canonical name. `aliases` has other names of the same messages. */
export const clientToServer = {
  getRouterRtpCapabilities: request(s.empty, responseSchemas.routerRtpCapabilitiesResponse),
  join: request(requests.joinRequest, responseSchemas.joinResponse),
  createWebRtcTransport: request(requests.createWebRtcTransportRequest, responseSchemas.transportResponse),
  connectWebRtcTransport: request(requests.connectWebRtcTransportRequest, s.empty),
  restartIce: request(requests.transportRequest, responseSchemas.iceParametersResponse),
  produce: request(requests.produceRequest, responseSchemas.producerResponse),
  closeProducer: either(requests.producerRequest),
  pauseProducer: either(requests.producerRequest),
  resumeProducer: either(requests.producerRequest),
  pauseConsumer: either(requests.consumerRequest),
  resumeConsumer: either(requests.consumerRequest),
  setConsumerPreferredLayers: either(requests.setConsumerPreferredLayersRequest),
  setConsumerPriority: either(requests.setConsumerPriorityRequest),
  requestConsumerKeyFrame: either(requests.consumerRequest),
  produceData: request(requests.produceDataRequest, responseSchemas.dataProducerResponse),
  changeDisplayName: either(requests.changeDisplayNameRequest),
  getTransportStats: request(requests.transportRequest, responseSchemas.statsResponse),
  getProducerStats: request(requests.producerRequest, responseSchemas.statsResponse),
  getConsumerStats: request(requests.consumerRequest, responseSchemas.statsResponse),
  getDataProducerStats: request(requests.dataProducerRequest, responseSchemas.statsResponse),
  getDataConsumerStats: request(requests.dataConsumerRequest, responseSchemas.statsResponse),
  getRtcStatsUrl: only(notify, request(s.empty, responseSchemas.rtcStatsUrlResponse)),
  applyNetworkThrottle: request(requests.applyNetworkThrottleRequest, s.empty),
  resetNetworkThrottle: request(requests.resetNetworkThrottleRequest, s.empty),
  leaveRoom: request(s.empty, s.empty),
  closeConsumer: additive(request(requests.consumerRequest, s.empty)),
  closeDataProducer: additive(request(requests.dataProducerRequest, s.empty)),
  closeDataConsumer: additive(request(requests.dataConsumerRequest, s.empty)),
  pauseDataConsumer: additive(request(requests.dataConsumerRequest, s.empty)),
  resumeDataConsumer: additive(request(requests.dataConsumerRequest, s.empty)),
  prepare: additive(request(s.empty, s.empty)),
  awaitDataConsumers: additive(request(requests.dataProducerRequest, s.empty)),
  textMessage: additive(request(requests.textMessageRequest, s.empty)),
} as const satisfies Record<string, MethodEntry>;

/** Schemas of the data of server messages. Separate from the table, like `responses`. */
export const serverMessages = {
  newConsumer: notifications.newConsumerRequest,
  newDataConsumer: notifications.newDataConsumerRequest,
  welcome: notifications.welcomeNotification,
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

type ServerMessages = typeof serverMessages;
type Offer = 'newConsumer' | 'newDataConsumer';

const offers: ReadonlySet<string> = new Set(['newConsumer', 'newDataConsumer'] satisfies Offer[]);
/** Messages that only one variant has. */
const onlyIn: Readonly<Partial<Record<string, readonly Variant[]>>> = {
  speakingPeers: notify,
  downlinkBwe: classic,
} satisfies Partial<Record<keyof ServerMessages, readonly Variant[]>>;
const additiveServerMessages: ReadonlySet<string> = new Set([
  'welcome',
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
] satisfies (keyof ServerMessages)[]);

type ServerToClient = {
  readonly [Method in keyof ServerMessages]: {
    readonly direction: 'serverToClient';
    readonly kind: Method extends Offer ? 'request' : 'notification';
    readonly request: ServerMessages[Method];
    readonly response: Method extends Offer ? typeof s.empty : undefined;
    readonly variants: readonly Variant[];
    readonly additive?: true;
  };
};

function defineServerTable(): ServerToClient {
  const entries = Object.entries(serverMessages).map(([method, request]): [string, MethodEntry] => {
    const isOffer = offers.has(method);
    const entry = { kind: isOffer ? 'request' : 'notification', response: isOffer ? s.empty : undefined } as const;
    const described = { direction: 'serverToClient', request, variants: onlyIn[method] ?? both, ...entry } as const;
    return [method, additiveServerMessages.has(method) ? additive(described) : described];
  });
  return Object.fromEntries(entries) as unknown as ServerToClient;
}

/** Server messages, by canonical name. `aliases` has other names of the same messages. */
export const serverToClient = /* @__PURE__ */ defineServerTable();

/** All messages of the dialect. Two tables, because both ends send `textMessage`. */
export const methods = { clientToServer, serverToClient } as const;

/** Name of a client message. */
export type ClientMethod = keyof typeof clientToServer;
/** Name of a server message. */
export type ServerMethod = keyof typeof serverToClient;

type NameOf<Table extends Record<string, MethodEntry>, Kind extends MethodEntry['kind']> = {
  [Name in keyof Table]: Table[Name]['kind'] extends Kind ? Name : never;
}[keyof Table];

/** Message that a client may send as a request. In the notify variant, some are notifications. */
export type ClientRequestMethod = ClientMethod;
/** Message that a client may send as a notification to a server of the notify variant. */
export type ClientNotificationMethod = NameOf<typeof clientToServer, 'either'>;
/** Request of a server. The client's response is empty, or a refusal. */
export type ServerRequestMethod = NameOf<typeof serverToClient, 'request'>;
/** Notification of a server. */
export type ServerNotificationMethod = NameOf<typeof serverToClient, 'notification'>;

/** Data of a client message after reading. */
export type ClientData<Method extends ClientMethod> = DataOf<typeof clientToServer, Method>;
/** Data of a server message after reading. */
export type ServerData<Method extends ServerMethod> = DataOf<typeof serverToClient, Method>;

/** Data of a request of either end after reading. */
export type RequestData<Method extends ClientRequestMethod | ServerRequestMethod> = Method extends ClientMethod
  ? ClientData<Method>
  : Method extends ServerRequestMethod
    ? ServerData<Method>
    : never;

/** Data of the response to a request of either end after reading. */
export type ResponseData<Method extends ClientRequestMethod | ServerRequestMethod> = Method extends ClientMethod
  ? s.InferOutput<(typeof clientToServer)[Method]['response']>
  : undefined;

/** Data of a notification of either end after reading. */
export type NotificationData<Method extends ClientNotificationMethod | ServerNotificationMethod> =
  Method extends ServerNotificationMethod
    ? ServerData<Method>
    : Method extends ClientNotificationMethod
      ? ClientData<Method>
      : never;

/** Aliases of messages, from the document and from the other variant. */
export const aliases = {
  leaveCall: 'leaveRoom',
  stopNetworkThrottle: 'resetNetworkThrottle',
  'mediasoup-version': 'mediasoupVersion',
  peerLeft: 'peerClosed',
  peerLeaveCall: 'peerClosed',
} as const satisfies Record<string, ClientMethod | ServerMethod>;

/** Returns the canonical name of a message. Returns other names unchanged. */
export const canonicalMethod = /* @__PURE__ */ resolverOf(aliases, serverMessages);

/** Returns whether a client may send this message. Requires a canonical name. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);

/** Returns whether a server may send this message. Requires a canonical name. */
export const isServerMethod = /* @__PURE__ */ isNameIn(serverMessages);
