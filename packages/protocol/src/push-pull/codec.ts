import { answerReader, requestReader } from '../common/methods.ts';
import { answers, clientToServer, serverToClient, type ClientRequestMethod, type ResponseData } from './methods.ts';

/** Reads data that a client sent. `method` is canonical. */
export const readClientMessage = /* @__PURE__ */ requestReader(clientToServer);

/** Reads the server's answer to a client's request, unless `readRefusal` finds that it is none. */
export const readResponse =
  /* @__PURE__ */ answerReader<{ [Method in ClientRequestMethod]: ResponseData<Method> }>(answers);

/** Reads data that a server sent of its own accord. `method` is canonical. */
export const readServerMessage = /* @__PURE__ */ requestReader(serverToClient);

/** The refusal within an answer that says it is granted: one whose `code` is there and not 0. Null where it is granted. */
export function readRefusal(data: unknown): { readonly errorCode: number; readonly errorReason: string } | null {
  const { code, message } = Object(data) as Record<string, unknown>;
  if (code === undefined || code === null || Number(code) === 0) return null;
  const errorCode = Number(code);
  return {
    errorCode: Number.isNaN(errorCode) ? -1 : errorCode,
    errorReason: typeof message === 'string' ? message : '',
  };
}
