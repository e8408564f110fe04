import type { Written } from '../common/index.ts';
import { writePayload, type V2Message } from '../mediasoup-v2-family/payload.ts';
import {
  isClientRequestMethod,
  type ClientData,
  type ClientMethod,
  type ClientRequestMethod,
  type ResponseData,
  type ServerData,
  type ServerMethod,
} from './methods.ts';

/** What a client sends, complete. */
export function writeClientMessage<Method extends ClientMethod>(
  method: Method,
  data: Written<ClientData<Method>>,
): V2Message {
  return writePayload(isClientRequestMethod(method) ? 'request' : 'notification', method, data);
}

/** What a server answers to a client's request; nothing is `{}`, as the carrier would make it. */
export function writeResponse<Method extends ClientRequestMethod>(
  _method: Method,
  data: Written<ResponseData<Method>>,
): unknown {
  return data ?? {};
}

/** What a server sends, complete. */
export function writeServerMessage<Method extends ServerMethod>(
  method: Method,
  data: Written<ServerData<Method>>,
): V2Message {
  return writePayload('notification', method, data);
}
