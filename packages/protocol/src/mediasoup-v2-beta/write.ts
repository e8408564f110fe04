import {
  clientMessageWriter,
  writeBareResponse,
  writePayload,
  type MessageWriter,
  type ResponseWriter,
} from '../mediasoup-v2-shared/payload.ts';
import { isClientRequestMethod, type clientToServer, type responses, type serverToClient } from './methods.ts';

/** Writes a complete client message. */
export const writeClientMessage: MessageWriter<typeof clientToServer> =
  /* @__PURE__ */ clientMessageWriter(isClientRequestMethod);

/** Writes the response to a client request. */
export const writeResponse: ResponseWriter<typeof responses> = writeBareResponse;

/** Writes a complete server message. */
export const writeServerMessage: MessageWriter<typeof serverToClient> = (method, data) =>
  writePayload('notification', method, data);
