import { requestReader, dataReader } from '../common/methods.ts';
import { clientToServer, responses, serverToClient, type ClientRequestMethod, type ResponseData } from './methods.ts';

/** Reads a client message. `method` must be canonical. */
export const readClientMessage = /* @__PURE__ */ requestReader(clientToServer);

/** Reads the response to a client request. Call `readRefusal` first, because a successful response may contain a refusal. */
export const readResponse =
  /* @__PURE__ */ dataReader<{ [Method in ClientRequestMethod]: ResponseData<Method> }>(responses);

/** Reads a server message. `method` must be canonical. */
export const readServerMessage = /* @__PURE__ */ requestReader(serverToClient);

/** Returns the refusal in a successful response, which has a `code` other than 0. Null if there is none. */
export function readRefusal(data: unknown): { readonly errorCode: number; readonly errorReason: string } | null {
  const { code, message } = Object(data) as Record<string, unknown>;
  if (code === undefined || code === null || Number(code) === 0) return null;
  const errorCode = Number(code);
  return {
    errorCode: Number.isNaN(errorCode) ? -1 : errorCode,
    errorReason: typeof message === 'string' ? message : '',
  };
}
