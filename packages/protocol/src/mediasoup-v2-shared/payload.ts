import { parse, type ParseResult, type Written } from '../common/index.ts';
import type { DataOf } from '../common/methods.ts';
import type { AnySchema, InferOutput } from '../common/schema/index.ts';

/** Complete message: the content of an envelope. */
export interface V2Message {
  readonly kind: 'request' | 'notification';
  readonly method: string;
  /** Includes `method` and, if the dialect has them, `target` and `notification: true`. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Recipient of a v2 message at the other end. The older dialects do not name it. */
export type Target = 'room' | 'peer';

/** Writes complete messages of a table. */
export type MessageWriter<Table extends Readonly<Record<keyof Table, { readonly request: AnySchema }>>> = <
  Method extends keyof Table,
>(
  method: Method,
  data: Written<DataOf<Table, Method>>,
) => V2Message;

/** Writes responses. */
export type ResponseWriter<Responses extends Readonly<Record<keyof Responses, AnySchema>>> = <
  Method extends keyof Responses,
>(
  method: Method,
  data: Written<InferOutput<Responses[Method]>>,
) => unknown;

/** Puts data into the payload of a message. */
export function writePayload(kind: V2Message['kind'], method: string, data: unknown, target?: Target): V2Message {
  return {
    kind,
    method,
    payload: {
      method,
      ...(target ? { target } : {}),
      ...(kind === 'notification' ? { notification: true } : {}),
      ...(data as object | undefined),
    },
  };
}

/** Returns the function that writes client messages. */
/* @__NO_SIDE_EFFECTS__ */
export function clientMessageWriter(isRequest: (method: string) => boolean, targetOf?: (method: string) => Target) {
  return (method: string, data: unknown): V2Message =>
    writePayload(isRequest(method) ? 'request' : 'notification', method, data, targetOf?.(method));
}

/** Writes a response. An empty response is `{}`, as in protoo. */
export const writeBareResponse = (_method: string, data: unknown): unknown => data ?? {};

/** Reads the data of a payload: its fields except `method`, `target` and `notification`, which schemas do not need. */
export function readPayload<Schema extends AnySchema>(
  schema: Schema,
  payload: unknown,
): ParseResult<InferOutput<Schema>> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return parse(schema, payload);
  const { method: _method, target: _target, notification: _notification, ...data } = payload as Record<string, unknown>;
  return parse(schema, data);
}
