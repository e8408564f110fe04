import {
  clientMessageWriter,
  writeBareResponse,
  writePayload,
  type MessageWriter,
  type ResponseWriter,
} from '../mediasoup-v2-shared/payload.ts';
import { isClientRequestMethod, type clientToServer, type responses, type serverToClient } from './methods.ts';

/** Writes a message of a client, complete. The room receives the messages that precede a peer, the peer all others. */
export const writeClientMessage: MessageWriter<typeof clientToServer> = /* @__PURE__ */ clientMessageWriter(
  isClientRequestMethod,
  (method) => (method === 'queryRoom' || method === 'join' ? 'room' : 'peer'),
);

/** Writes the response to a client's request. */
export const writeResponse: ResponseWriter<typeof responses> = writeBareResponse;

/** Writes a message of a server, complete. */
export const writeServerMessage: MessageWriter<typeof serverToClient> = (method, data) =>
  writePayload('notification', method, data, 'peer');
