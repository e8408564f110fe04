import type * as v from 'valibot';

import { parse, type ParseResult, type Written } from '../common/index.ts';

/**
 * One message. `request` reads its data and `response` the answer, which notifications do not have. `later`: a word of
 * the days after the document, which is read.
 */
export interface V2MethodEntry {
  readonly direction: 'clientToServer' | 'serverToClient';
  readonly kind: 'request' | 'notification';
  readonly request: v.GenericSchema;
  readonly response: v.GenericSchema | undefined;
  /** Ours; strangers ignore it. */
  readonly additive?: true;
  readonly later?: true;
}

/** A client's request. */
/* @__NO_SIDE_EFFECTS__ */
export function asked<Request extends v.GenericSchema, Response extends v.GenericSchema>(
  request: Request,
  response: Response,
) {
  return { direction: 'clientToServer', kind: 'request', request, response } as const;
}

/** A client's notification. */
/* @__NO_SIDE_EFFECTS__ */
export function told<Request extends v.GenericSchema>(request: Request) {
  return { direction: 'clientToServer', kind: 'notification', request, response: undefined } as const;
}

/** A server's notification: it never asks. */
/* @__NO_SIDE_EFFECTS__ */
export function announced<Request extends v.GenericSchema>(request: Request) {
  return { direction: 'serverToClient', kind: 'notification', request, response: undefined } as const;
}

/** Ours; strangers ignore it. A call, as bundlers keep an object that is spread. */
/* @__NO_SIDE_EFFECTS__ */
export function additive<Entry extends V2MethodEntry>(entry: Entry) {
  return { ...entry, additive: true } as const;
}

/** A word of the days after the document. */
/* @__NO_SIDE_EFFECTS__ */
export function later<Entry extends V2MethodEntry>(entry: Entry) {
  return { ...entry, later: true } as const;
}

/** A message, complete: what goes into the envelope. */
export interface V2Message {
  readonly kind: 'request' | 'notification';
  readonly method: string;
  /** With `method` and, as the dialect has them, `target` and `notification: true`. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Whom a v2 message is for at the other end; the older dialects do not say. */
export type Target = 'room' | 'peer';

/** Writes the messages of a table, complete. */
export type MessageWriter<Table extends Readonly<Record<keyof Table, Pick<V2MethodEntry, 'request'>>>> = <
  Method extends keyof Table,
>(
  method: Method,
  data: Written<v.InferOutput<Table[Method]['request']>>,
) => V2Message;

/** Writes answers. */
export type AnswerWriter<Answers extends Readonly<Record<keyof Answers, v.GenericSchema>>> = <
  Method extends keyof Answers,
>(
  method: Method,
  data: Written<v.InferOutput<Answers[Method]>>,
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

/** Reads the data of a payload: what is left of it without `method`, `target` and `notification`, none of which is needed. */
export function readPayload<Schema extends v.GenericSchema>(
  schema: Schema,
  payload: unknown,
): ParseResult<v.InferOutput<Schema>> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return parse(schema, payload);
  const { method: _method, target: _target, notification: _notification, ...data } = payload as Record<string, unknown>;
  return parse(schema, data);
}
