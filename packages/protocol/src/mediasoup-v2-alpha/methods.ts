import type * as v from 'valibot';

import { nothing } from '../common/index.ts';
import { isNameIn, resolverOf } from '../common/methods.ts';
import * as messages from '../mediasoup-v2-shared/messages.ts';
import { additive, announced, asked, later, told, type V2MethodEntry } from '../mediasoup-v2-shared/payload.ts';
import { transportResponse } from '../mediasoup-v2-shared/transport.ts';

/** What the answers to requests are read by. Apart from the table, as a client needs nothing else of that. */
export const answers = {
  join: messages.bareJoinResponse,
  createTransport: transportResponse,
  createReceiver: nothing,
  pauseReceiver: nothing,
  resumeReceiver: nothing,
  enableSender: nothing,
  playSender: nothing,
  stopSender: nothing,
  closeConsumer: nothing,
  textMessage: nothing,
} as const;

/** What clients send, by canonical name; other names for the same are in `aliases`. */
export const clientToServer = {
  join: asked(messages.bareJoinRequest, messages.bareJoinResponse),
  leave: told(messages.leaveNotification),
  createTransport: asked(messages.createTransportRequest, transportResponse),
  updateTransport: told(messages.updateTransportNotification),
  closeTransport: told(messages.idWithAppData),
  createReceiver: asked(messages.createProducerRequest, nothing),
  closeReceiver: told(messages.idWithAppData),
  pauseReceiver: asked(messages.idWithAppData, nothing),
  resumeReceiver: asked(messages.idWithAppData, nothing),
  enableSender: asked(messages.enableSenderRequest, nothing),
  playSender: asked(messages.idWithAppData, nothing),
  stopSender: asked(messages.idWithAppData, nothing),
  closeConsumer: additive(asked(messages.idMessage, nothing)),
  textMessage: additive(asked(messages.textMessageRequest, nothing)),
} as const satisfies Record<string, V2MethodEntry>;

/** What servers send, by canonical name; other names for the same are in `aliases`. */
export const serverToClient = {
  newPeer: announced(messages.peer),
  peerLeft: announced(messages.peerClosedNotification),
  newSender: announced(messages.consumer),
  senderClosed: announced(messages.consumerClosedNotification),
  senderPaused: announced(messages.consumerNotification),
  senderResumed: announced(messages.consumerNotification),
  roomClosed: later(announced(messages.closedNotification)),
  transportClosed: later(announced(messages.transportClosedNotification)),
  receiverClosed: later(announced(messages.producerNotification)),
  receiverPaused: later(announced(messages.producerNotification)),
  receiverResumed: later(announced(messages.producerNotification)),
  textMessage: additive(announced(messages.textMessageNotification)),
} as const satisfies Record<string, V2MethodEntry>;

/** Every message of the dialect. In two tables, as `textMessage` goes both ways. */
export const methods = { clientToServer, serverToClient } as const;

/** What a client may send. */
export type ClientMethod = keyof typeof clientToServer;
/** What a server may send. */
export type ServerMethod = keyof typeof serverToClient;
/** What a client may ask; the rest it tells. */
export type ClientRequestMethod = keyof typeof answers;
/** What a client may tell; nobody answers. */
export type ClientNotificationMethod = Exclude<ClientMethod, ClientRequestMethod>;

/** Data of a message from the client, read. */
export type ClientData<Method extends ClientMethod> = v.InferOutput<(typeof clientToServer)[Method]['request']>;
/** Data of a message from the server, read. */
export type ServerData<Method extends ServerMethod> = v.InferOutput<(typeof serverToClient)[Method]['request']>;
/** The answer to a client's request, read. */
export type ResponseData<Method extends ClientRequestMethod> = v.InferOutput<(typeof answers)[Method]>;

/** Names under which the same message is also known: those of the days after the document. */
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

/** The name by which the tables know a message; a name that is no alias comes back as it is. */
export const canonicalMethod = /* @__PURE__ */ resolverOf(aliases);

/** Whether clients may send that; takes canonical names only. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);

/** Whether servers may send that; takes canonical names only. */
export const isServerMethod = /* @__PURE__ */ isNameIn(serverToClient);

/** Whether that is a request of the client's, which is answered; takes canonical names only. */
export const isClientRequestMethod = /* @__PURE__ */ isNameIn(answers);
