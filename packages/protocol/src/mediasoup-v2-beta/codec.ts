import { dataReader, requestReader } from '../common/methods.ts';
import { readPayload } from '../mediasoup-v2-shared/payload.ts';
import {
  clientToServer,
  responses,
  serverMessages,
  type ClientRequestMethod,
  type ResponseData,
  type ServerData,
  type ServerMethod,
} from './methods.ts';

/** Reads the payload of a client message. `method` must be canonical. */
export const readClientMessage = /* @__PURE__ */ requestReader(clientToServer, readPayload);

/** Reads the payload of a server message. `method` must be canonical. */
export const readServerMessage = /* @__PURE__ */ dataReader<{ [Method in ServerMethod]: ServerData<Method> }>(
  serverMessages,
  readPayload,
);

/** Reads the response to a client request. `method` must be canonical. */
export const readResponse = /* @__PURE__ */ dataReader<{ [Method in ClientRequestMethod]: ResponseData<Method> }>(
  responses,
  readPayload,
);
