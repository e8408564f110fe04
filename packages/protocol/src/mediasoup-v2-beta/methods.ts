import { isNameIn, resolverOf, type DataOf } from '../common/methods.ts';
import { empty, type InferOutput } from '../common/schema/index.ts';
import { defineV2Table } from '../mediasoup-v2-shared/defineV2Table.ts';
import * as messages from '../mediasoup-v2-shared/messages.ts';
import { transportResponse } from '../mediasoup-v2-shared/transport.ts';

/** Schemas of the responses. Separate from the tables, which a client does not need in its bundle. */
export const responses = {
  queryRoom: messages.queryRoomResponse,
  joinRoom: messages.joinResponse,
  createTransport: transportResponse,
  createProducer: empty,
  enableConsumer: empty,
  closeConsumer: empty,
  textMessage: empty,
} as const;

/** Client messages, by canonical name. */
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

/** Schemas of the data of server messages. */
export const serverMessages = {
  welcome: messages.queryRoomResponse,
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

/** Server messages, by canonical name. */
export const serverToClient = /* @__PURE__ */ defineV2Table({
  direction: 'serverToClient',
  messages: serverMessages,
  additive: ['welcome', 'textMessage'],
});

/** All messages of the dialect. Two tables, because both ends send `textMessage`. */
export const methods = { clientToServer, serverToClient } as const;

/** Name of a client message. */
export type ClientMethod = keyof typeof clientToServer;
/** Name of a server message. */
export type ServerMethod = keyof typeof serverToClient;
/** Name of a client message with a response. */
export type ClientRequestMethod = keyof typeof responses;
/** Name of a client message without a response. */
export type ClientNotificationMethod = Exclude<ClientMethod, ClientRequestMethod>;

/** Data of a client message after reading. */
export type ClientData<Method extends ClientMethod> = DataOf<typeof clientToServer, Method>;
/** Data of a server message after reading. */
export type ServerData<Method extends ServerMethod> = DataOf<typeof serverToClient, Method>;
/** Data of the response to a client request after reading. */
export type ResponseData<Method extends ClientRequestMethod> = InferOutput<(typeof responses)[Method]>;

/** Aliases of messages: `leave` in the payload of the document's leaveRoom, and names from shortly before and after the document. */
export const aliases = {
  join: 'joinRoom',
  leave: 'leaveRoom',
  closed: 'roomClosed',
  peerLeft: 'peerClosed',
} as const satisfies Record<string, ClientMethod | ServerMethod>;

/** Returns the canonical name of a message. Returns other names unchanged. */
export const canonicalMethod = /* @__PURE__ */ resolverOf(aliases);
/** Returns whether a client may send this message. Requires a canonical name. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);
/** Returns whether a server may send this message. Requires a canonical name. */
export const isServerMethod = /* @__PURE__ */ isNameIn(serverMessages);
/** Returns whether a client message has a response. Requires a canonical name. */
export const isClientRequestMethod = /* @__PURE__ */ isNameIn(responses);
