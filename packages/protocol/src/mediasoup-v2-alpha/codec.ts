import type { ParseResult } from '../common/index.ts';
import { readPayload } from '../mediasoup-v2-family/payload.ts';
import {
  answers,
  clientToServer,
  serverToClient,
  type ClientData,
  type ClientMethod,
  type ClientRequestMethod,
  type ResponseData,
  type ServerData,
  type ServerMethod,
} from './methods.ts';

/** Reads the payload of a message from a client. `method` is canonical. */
export function readClientMessage<Method extends ClientMethod>(
  method: Method,
  payload: unknown,
): ParseResult<ClientData<Method>> {
  return readPayload(clientToServer[method].request, payload);
}

/** Reads the payload of a message from a server. `method` is canonical. */
export function readServerMessage<Method extends ServerMethod>(
  method: Method,
  payload: unknown,
): ParseResult<ServerData<Method>> {
  return readPayload(serverToClient[method].request, payload);
}

/** Reads the answer to a client's request. `method` is canonical. */
export function readResponse<Method extends ClientRequestMethod>(
  method: Method,
  answer: unknown,
): ParseResult<ResponseData<Method>> {
  return readPayload(answers[method], answer);
}
