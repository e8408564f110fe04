import { isNameIn, resolverOf, type DataOf } from '../common/methods.ts';
import { empty, type InferOutput } from '../common/schema/index.ts';
import { defineV2Table } from '../mediasoup-v2-shared/defineV2Table.ts';
import * as messages from '../mediasoup-v2-shared/messages.ts';
import { transportResponse } from '../mediasoup-v2-shared/transport.ts';

/** Schemas of the responses. Clients read by these and by `serverMessages`; their bundles are free of the tables. */
export const responses = {
  queryRoom: messages.queryRoomResponse,
  joinRoom: messages.joinResponse,
  createTransport: transportResponse,
  createProducer: empty,
  enableConsumer: empty,
  closeConsumer: empty,
  textMessage: empty,
} as const;

/** What clients send, by canonical name. */
export const clientToServer = /* @__PURE__ */ defineV2Table({
  direction: 'clientToServer',
  messages: {
    queryRoom: empty,
    joinRoom: messages.joinRequest,
    leaveRoom: messages.leaveNotification,
    createTransport: messages.createTransportRequest,
    updateTransport: messages.updateTransportNotification,
    closeTransport: messages.idWithAppData,
    createProducer: messages.createProducerRequest,
    closeProducer: messages.idWithAppData,
    pauseProducer: messages.idWithAppData,
    resumeProducer: messages.idWithAppData,
    enableConsumer: messages.enableConsumerRequest,
    pauseConsumer: messages.idWithAppData,
    resumeConsumer: messages.idWithAppData,
    closeConsumer: messages.idMessage,
    textMessage: messages.textMessageRequest,
  },
  responses,
  additive: ['closeConsumer', 'textMessage'],
});

/** Schemas of the data that servers send. */
export const serverMessages = {
  roomClosed: messages.closedNotification,
  transportClosed: messages.transportClosedNotification,
  newPeer: messages.peer,
  peerClosed: messages.peerClosedNotification,
  producerClosed: messages.producerNotification,
  producerPaused: messages.producerNotification,
  producerResumed: messages.producerNotification,
  newConsumer: messages.consumer,
  consumerClosed: messages.consumerClosedNotification,
  consumerPaused: messages.consumerNotification,
  consumerResumed: messages.consumerNotification,
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

/** Other names of the same messages: in the payload of the document's leaveRoom, and shortly before and after it. */
export const aliases = {
  join: 'joinRoom',
  leave: 'leaveRoom',
  closed: 'roomClosed',
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
