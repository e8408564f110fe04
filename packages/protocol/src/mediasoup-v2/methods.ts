import { isNameIn, resolverOf, type DataOf } from '../common/methods.ts';
import { empty, type InferOutput } from '../common/schema/index.ts';
import { defineV2Table } from '../mediasoup-v2-shared/defineV2Table.ts';
import * as messages from '../mediasoup-v2-shared/messages.ts';
import { iceParametersResponse, transportResponse } from '../mediasoup-v2-shared/transport.ts';

/** Schemas of the responses. Clients read by these and by `serverMessages`; their bundles are free of the tables. */
export const responses = {
  queryRoom: messages.queryRoomResponse,
  join: messages.profiledJoinResponse,
  createTransport: transportResponse,
  restartTransport: iceParametersResponse,
  createProducer: empty,
  enableConsumer: messages.enableConsumerResponse,
  closeConsumer: empty,
  textMessage: empty,
} as const;

/** What clients send, by canonical name. */
export const clientToServer = /* @__PURE__ */ defineV2Table({
  direction: 'clientToServer',
  messages: {
    queryRoom: empty,
    join: messages.namedJoinRequest,
    leave: messages.leaveNotification,
    createTransport: messages.createTransportRequest,
    updateTransport: messages.updateTransportNotification,
    restartTransport: messages.idMessage,
    closeTransport: messages.idWithAppData,
    enableTransportStats: messages.enableStatsNotification,
    disableTransportStats: messages.idMessage,
    createProducer: messages.createProducerRequest,
    updateProducer: messages.updateProducerNotification,
    pauseProducer: messages.idWithAppData,
    resumeProducer: messages.idWithAppData,
    closeProducer: messages.idWithAppData,
    enableProducerStats: messages.enableStatsNotification,
    disableProducerStats: messages.idMessage,
    enableConsumer: messages.enableConsumerRequest,
    pauseConsumer: messages.idWithAppData,
    resumeConsumer: messages.idWithAppData,
    setConsumerPreferredProfile: messages.preferredProfileNotification,
    enableConsumerStats: messages.enableStatsNotification,
    disableConsumerStats: messages.idMessage,
    closeConsumer: messages.idMessage,
    textMessage: messages.textMessageRequest,
  },
  responses,
  additive: ['closeConsumer', 'textMessage'],
});

/** Schemas of the data that servers send. */
export const serverMessages = {
  closed: messages.closedNotification,
  transportClosed: messages.transportClosedNotification,
  transportStats: messages.statsNotification,
  producerPaused: messages.producerNotification,
  producerResumed: messages.producerNotification,
  producerClosed: messages.producerNotification,
  producerStats: messages.statsNotification,
  newPeer: messages.profiledPeer,
  peerClosed: messages.peerClosedNotification,
  newConsumer: messages.profiledConsumer,
  consumerClosed: messages.consumerClosedNotification,
  consumerPaused: messages.consumerNotification,
  consumerResumed: messages.consumerNotification,
  consumerPreferredProfileSet: messages.consumerPreferredProfileNotification,
  consumerEffectiveProfileChanged: messages.consumerEffectiveProfileNotification,
  consumerStats: messages.statsNotification,
  textMessage: messages.textMessageNotification,
} as const;

/** What servers send, by canonical name. */
export const serverToClient = /* @__PURE__ */ defineV2Table({
  direction: 'serverToClient',
  messages: serverMessages,
  additive: ['textMessage'],
});

/** Every message of the dialect. In two tables, as `textMessage` goes both ways. */
export const methods = { clientToServer, serverToClient } as const;

/** A message of a client. */
export type ClientMethod = keyof typeof clientToServer;
/** A message of a server. */
export type ServerMethod = keyof typeof serverToClient;
/** A message of a client that gets a response. */
export type ClientRequestMethod = keyof typeof responses;
/** A message of a client that gets no response. */
export type ClientNotificationMethod = Exclude<ClientMethod, ClientRequestMethod>;

/** Data of a message of a client, as it is read. */
export type ClientData<Method extends ClientMethod> = DataOf<typeof clientToServer, Method>;
/** Data of a message of a server, as it is read. */
export type ServerData<Method extends ServerMethod> = DataOf<typeof serverToClient, Method>;
/** Data of the response to a client's request, as it is read. */
export type ResponseData<Method extends ClientRequestMethod> = InferOutput<(typeof responses)[Method]>;

/** Other names of the same messages, from before the document. */
export const aliases = {
  joinRoom: 'join',
  leaveRoom: 'leave',
  roomClosed: 'closed',
  peerLeft: 'peerClosed',
} as const satisfies Record<string, ClientMethod | ServerMethod>;

/** Returns the canonical name of a message; a name that is no alias comes back unchanged. */
export const canonicalMethod = /* @__PURE__ */ resolverOf(aliases);
/** Whether a client may send this message; takes canonical names only. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);
/** Whether a server may send this message; takes canonical names only. */
export const isServerMethod = /* @__PURE__ */ isNameIn(serverMessages);
/** Whether this message of a client gets a response; takes canonical names only. */
export const isClientRequestMethod = /* @__PURE__ */ isNameIn(responses);
