import { requestReader, dataReader } from '../common/methods.ts';
import { clientToServer, responses, serverToClient, type ClientRequestMethod, type ResponseData } from './methods.ts';

/** Reads a message of a client. `method` is canonical. */
export const readClientMessage = /* @__PURE__ */ requestReader(clientToServer);

/** Reads the server's response to a client's request. Call `readRefusal` first, as a response may hold a refusal. */
export const readResponse =
  /* @__PURE__ */ dataReader<{ [Method in ClientRequestMethod]: ResponseData<Method> }>(responses);

/** Reads a message of a server. `method` is canonical. */
export const readServerMessage = /* @__PURE__ */ requestReader(serverToClient);

/** Returns the refusal that a successful response may hold: its `code` is there and not 0. Null if there is none. */
export function readRefusal(data: unknown): { readonly errorCode: number; readonly errorReason: string } | null {
  const { code, message } = Object(data) as Record<string, unknown>;
  if (code === undefined || code === null || Number(code) === 0) return null;
  const errorCode = Number(code);
  return {
    errorCode: Number.isNaN(errorCode) ? -1 : errorCode,
    errorReason: typeof message === 'string' ? message : '',
  };
}
