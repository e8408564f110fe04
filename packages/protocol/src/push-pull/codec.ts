import type * as v from 'valibot';

import { nothing, parse, type ParseResult } from '../common/index.ts';
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

/** Reads data that a client sent. `method` is canonical. */
export function readClientMessage<Method extends ClientMethod>(
  method: Method,
  data: unknown,
): ParseResult<ClientData<Method>> {
  return parse(clientToServer[method].request, data);
}

/** Reads the server's answer to a client's request, unless `readRefusal` finds that it is none. */
export function readResponse<Method extends ClientRequestMethod>(
  method: Method,
  data: unknown,
): ParseResult<ResponseData<Method>> {
  const schema: v.GenericSchema = Object.hasOwn(answers, method) ? answers[method as keyof typeof answers] : nothing;
  return parse(schema, data) as ParseResult<ResponseData<Method>>;
}

/** Reads data that a server sent of its own accord. `method` is canonical. */
export function readServerMessage<Method extends ServerMethod>(
  method: Method,
  data: unknown,
): ParseResult<ServerData<Method>> {
  return parse(serverToClient[method].request, data);
}

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
