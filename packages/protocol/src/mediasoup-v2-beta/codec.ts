import { requestReader, responseReader } from '../common/methods.ts';
import { readPayload } from '../mediasoup-v2-shared/payload.ts';
import { clientToServer, responses, serverToClient, type ClientRequestMethod, type ResponseData } from './methods.ts';

/** Reads the payload of a message from a client. `method` is canonical. */
export const readClientMessage = /* @__PURE__ */ requestReader(clientToServer, readPayload);

/** Reads the payload of a message from a server. `method` is canonical. */
export const readServerMessage = /* @__PURE__ */ requestReader(serverToClient, readPayload);

/** Reads the response to a client's request. `method` is canonical. */
export const readResponse = /* @__PURE__ */ responseReader<{ [Method in ClientRequestMethod]: ResponseData<Method> }>(
  responses,
  readPayload,
);
