import * as v from './kinds.ts';
import { parse, type ParseResult } from './parse.ts';
import { maybe, shape } from './schema.ts';

/** Asks; answered by the response of the same id. */
export const protooRequest = shape({
  request: v.literal(true),
  id: v.number(),
  method: v.string(),
  data: maybe(v.unknown()),
});
/** A {@link protooRequest}, read. */
export type ProtooRequest = v.InferOutput<typeof protooRequest>;

/** Tells; not answered. */
export const protooNotification = shape({
  notification: v.literal(true),
  method: v.string(),
  data: maybe(v.unknown()),
});
/** A {@link protooNotification}, read. */
export type ProtooNotification = v.InferOutput<typeof protooNotification>;

/** The answer to a request, granted. */
export const protooSuccess = shape({
  response: v.literal(true),
  id: v.number(),
  ok: v.literal(true),
  data: maybe(v.unknown()),
});
/** A {@link protooSuccess}, read. */
export type ProtooSuccess = v.InferOutput<typeof protooSuccess>;

/**
 * The answer to a request, refused. protoo-server leaves `ok` out; protoo 1 said `code` and `reason`; 2060-io's server
 * sends `{ status, error }` or a text in place of the number. All are read.
 */
export const protooFailure = shape({
  response: v.literal(true),
  id: v.number(),
  ok: maybe(v.literal(false)),
  errorCode: maybe(v.unknown()),
  errorReason: maybe(v.unknown()),
  code: maybe(v.unknown()),
  reason: maybe(v.unknown()),
});
/** A {@link protooFailure}, read. */
export type ProtooFailure = v.InferOutput<typeof protooFailure>;

/** One message on a protoo connection, read: whichever generation wrote it. */
export type ProtooFrame =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly data: unknown }
  | { readonly kind: 'notification'; readonly method: string; readonly data: unknown }
  | { readonly kind: 'response'; readonly id: number; readonly ok: true; readonly data: unknown }
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly ok: false;
      readonly errorCode: number;
      readonly errorReason: string;
    };

/** Reads one frame. Missing data reads as `{}`, as protoo itself reads it; a refusal without a number as 500. */
export function readProtooFrame(frame: unknown): ParseResult<ProtooFrame> {
  const { request, response, notification, ok, method, data } = (frame ?? {}) as Readonly<Record<string, unknown>>;
  if (request)
    return mapped(protooRequest, frame, ({ id, method, data = {} }) => ({ kind: 'request', id, method, data }));
  if (notification) {
    // What arrives most is not walked through its schema: that alone would take as long as `JSON.parse` of it.
    return notification === true && typeof method === 'string'
      ? { ok: true, value: { kind: 'notification', method, data: data ?? {} } }
      : { ok: false, issue: { path: 'method', message: 'Expected string' } };
  }
  if (!response) return { ok: false, issue: { path: '', message: 'Expected request, response or notification' } };
  return ok
    ? mapped(protooSuccess, frame, ({ id, data = {} }) => ({ kind: 'response', id, ok: true, data }))
    : mapped(protooFailure, frame, readFailure);
}

function readFailure({ id, errorCode, errorReason, code, reason }: ProtooFailure): ProtooFrame {
  const given = errorCode ?? code;
  const { status, error } = Object(given) as Record<string, unknown>;
  const texts = [errorReason, reason, given, error].filter((candidate) => typeof candidate === 'string');
  return {
    kind: 'response',
    id,
    ok: false,
    errorCode: [given, status].find((candidate) => typeof candidate === 'number') ?? 500,
    errorReason: texts.find((text) => text !== '') ?? '',
  };
}

function mapped<Schema extends v.GenericSchema>(
  schema: Schema,
  frame: unknown,
  toFrame: (from: v.InferOutput<Schema>) => ProtooFrame,
): ParseResult<ProtooFrame> {
  const result = parse(schema, frame);
  return result.ok ? { ok: true, value: toFrame(result.value) } : result;
}
