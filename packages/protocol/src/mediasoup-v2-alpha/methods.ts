import { isNameIn, resolverOf, type DataOf } from '../common/methods.ts';
import { empty, type InferOutput } from '../common/schema/index.ts';
import { defineV2Table } from '../mediasoup-v2-shared/defineV2Table.ts';
import * as messages from '../mediasoup-v2-shared/messages.ts';
import { transportResponse } from '../mediasoup-v2-shared/transport.ts';

/** Schemas of the responses. Clients read by these and by `serverMessages`; their bundles are free of the tables. */
export const responses = {
  join: messages.bareJoinResponse,
  createTransport: transportResponse,
  createReceiver: empty,
  pauseReceiver: empty,
  resumeReceiver: empty,
  enableSender: empty,
  playSender: empty,
  stopSender: empty,
  closeConsumer: empty,
  textMessage: empty,
} as const;

/** What clients send, by canonical name. */
export const clientToServer = /* @__PURE__ */ defineV2Table({
  direction: 'clientToServer',
  messages: {
    join: messages.bareJoinRequest,
    leave: messages.leaveNotification,
    createTransport: messages.createTransportRequest,
    updateTransport: messages.updateTransportNotification,
    closeTransport: messages.idWithAppData,
    createReceiver: messages.createProducerRequest,
    closeReceiver: messages.idWithAppData,
    pauseReceiver: messages.idWithAppData,
    resumeReceiver: messages.idWithAppData,
    enableSender: messages.enableSenderRequest,
    playSender: messages.idWithAppData,
    stopSender: messages.idWithAppData,
    closeConsumer: messages.idMessage,
    textMessage: messages.textMessageRequest,
  },
  responses,
  additive: ['closeConsumer', 'textMessage'],
});

/** Schemas of the data that servers send. */
export const serverMessages = {
  newPeer: messages.peer,
  peerLeft: messages.peerClosedNotification,
  newSender: messages.consumer,
  senderClosed: messages.consumerClosedNotification,
  senderPaused: messages.consumerNotification,
  senderResumed: messages.consumerNotification,
  roomClosed: messages.closedNotification,
  transportClosed: messages.transportClosedNotification,
  receiverClosed: messages.producerNotification,
  receiverPaused: messages.producerNotification,
  receiverResumed: messages.producerNotification,
  textMessage: messages.textMessageNotification,
} as const;

/** What servers send, by canonical name. */
export const serverToClient = /* @__PURE__ */ defineV2Table({
  direction: 'serverToClient',
  messages: serverMessages,
  additive: ['textMessage'],
  later: ['roomClosed', 'transportClosed', 'receiverClosed', 'receiverPaused', 'receiverResumed'],
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

/** Other names of the same messages, from after the document. */
export const aliases = {
  joinRoom: 'join',
  leaveRoom: 'leave',
  createProducer: 'createReceiver',
  closeProducer: 'closeReceiver',
  pauseProducer: 'pauseReceiver',
  resumeProducer: 'resumeReceiver',
  enableConsumer: 'enableSender',
  resumeSender: 'playSender',
  pauseSender: 'stopSender',
  resumeConsumer: 'playSender',
  pauseConsumer: 'stopSender',
  closed: 'roomClosed',
  peerClosed: 'peerLeft',
  newConsumer: 'newSender',
  consumerClosed: 'senderClosed',
  consumerPaused: 'senderPaused',
  consumerResumed: 'senderResumed',
  producerClosed: 'receiverClosed',
  producerPaused: 'receiverPaused',
  producerResumed: 'receiverResumed',
} as const satisfies Record<string, ClientMethod | ServerMethod>;

/** Returns the canonical name of a message; a name that is no alias comes back unchanged. */
export const canonicalMethod = /* @__PURE__ */ resolverOf(aliases);
/** Whether a client may send this message; takes canonical names only. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);
/** Whether a server may send this message; takes canonical names only. */
export const isServerMethod = /* @__PURE__ */ isNameIn(serverMessages);
/** Whether this message of a client gets a response; takes canonical names only. */
export const isClientRequestMethod = /* @__PURE__ */ isNameIn(responses);
