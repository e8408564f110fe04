import type * as v from 'valibot';

import { nothing } from '../common/index.ts';
import { isNameIn, resolverOf } from '../common/methods.ts';
import * as messages from '../mediasoup-v2-shared/messages.ts';
import { additive, announced, asked, told, type V2MethodEntry } from '../mediasoup-v2-shared/payload.ts';
import { iceParametersResponse, transportResponse } from '../mediasoup-v2-shared/transport.ts';

/** What the answers to requests are read by. Apart from the table, as a client needs nothing else of that. */
export const answers = {
  queryRoom: messages.queryRoomResponse,
  join: messages.profiledJoinResponse,
  createTransport: transportResponse,
  restartTransport: iceParametersResponse,
  createProducer: nothing,
  enableConsumer: messages.enableConsumerResponse,
  closeConsumer: nothing,
  textMessage: nothing,
} as const;

/** What clients send, by canonical name; other names for the same are in `aliases`. */
export const clientToServer = {
  queryRoom: asked(nothing, messages.queryRoomResponse),
  join: asked(messages.namedJoinRequest, messages.profiledJoinResponse),
  leave: told(messages.leaveNotification),
  createTransport: asked(messages.createTransportRequest, transportResponse),
  updateTransport: told(messages.updateTransportNotification),
  restartTransport: asked(messages.idMessage, iceParametersResponse),
  closeTransport: told(messages.idWithAppData),
  enableTransportStats: told(messages.enableStatsNotification),
  disableTransportStats: told(messages.idMessage),
  createProducer: asked(messages.createProducerRequest, nothing),
  updateProducer: told(messages.updateProducerNotification),
  pauseProducer: told(messages.idWithAppData),
  resumeProducer: told(messages.idWithAppData),
  closeProducer: told(messages.idWithAppData),
  enableProducerStats: told(messages.enableStatsNotification),
  disableProducerStats: told(messages.idMessage),
  enableConsumer: asked(messages.enableConsumerRequest, messages.enableConsumerResponse),
  pauseConsumer: told(messages.idWithAppData),
  resumeConsumer: told(messages.idWithAppData),
  setConsumerPreferredProfile: told(messages.preferredProfileNotification),
  enableConsumerStats: told(messages.enableStatsNotification),
  disableConsumerStats: told(messages.idMessage),
  closeConsumer: additive(asked(messages.idMessage, nothing)),
  textMessage: additive(asked(messages.textMessageRequest, nothing)),
} as const satisfies Record<string, V2MethodEntry>;

/** What servers send, by canonical name; other names for the same are in `aliases`. */
export const serverToClient = {
  closed: announced(messages.closedNotification),
  transportClosed: announced(messages.transportClosedNotification),
  transportStats: announced(messages.statsNotification),
  producerPaused: announced(messages.producerNotification),
  producerResumed: announced(messages.producerNotification),
  producerClosed: announced(messages.producerNotification),
  producerStats: announced(messages.statsNotification),
  newPeer: announced(messages.profiledPeer),
  peerClosed: announced(messages.peerClosedNotification),
  newConsumer: announced(messages.profiledConsumer),
  consumerClosed: announced(messages.consumerClosedNotification),
  consumerPaused: announced(messages.consumerNotification),
  consumerResumed: announced(messages.consumerNotification),
  consumerPreferredProfileSet: announced(messages.consumerPreferredProfileNotification),
  consumerEffectiveProfileChanged: announced(messages.consumerEffectiveProfileNotification),
  consumerStats: announced(messages.statsNotification),
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

/** Names under which the same message is also known: those of the days before the document. */
export const aliases = {
  joinRoom: 'join',
  leaveRoom: 'leave',
  roomClosed: 'closed',
  peerLeft: 'peerClosed',
} as const satisfies Record<string, ClientMethod | ServerMethod>;

/** The name by which the tables know a message; a name that is no alias comes back as it is. */
export const canonicalMethod = /* @__PURE__ */ resolverOf(aliases);

/** Whether clients may send that; takes canonical names only. */
export const isClientMethod = /* @__PURE__ */ isNameIn(clientToServer);

/** Whether servers may send that; takes canonical names only. */
export const isServerMethod = /* @__PURE__ */ isNameIn(serverToClient);

/** Whether that is a request of the client's, which is answered; takes canonical names only. */
export const isClientRequestMethod = /* @__PURE__ */ isNameIn(answers);
