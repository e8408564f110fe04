import type { ParseResult } from './parse.ts';

/** A request; the response has the same `id`. */
export interface ProtooRequest {
  readonly kind: 'request';
  readonly id: number;
  readonly method: string;
  readonly data: unknown;
}

/** A notification. It has no response. */
export interface ProtooNotification {
  readonly kind: 'notification';
  readonly method: string;
  readonly data: unknown;
}

/** The response to the request with the same `id`: its data, or a refusal. */
export type ProtooResponse =
  | { readonly kind: 'response'; readonly id: number; readonly ok: true; readonly data: unknown }
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly ok: false;
      readonly errorCode: number;
      readonly errorReason: string;
      /** Additive: the `EndReason` of a server that does not admit the client. */
      readonly endReason?: string | undefined;
    };

/** One message on a protoo connection, read from a frame of any protoo version. */
export type ProtooFrame = ProtooRequest | ProtooNotification | ProtooResponse;

/**
 * Reads one frame. Missing data reads as `{}`, as in protoo itself. A refusal without a number reads as 500. Not a schema, because it
 * reads everything that arrives and must be fast.
 */
export function readProtooFrame(frame: unknown): ParseResult<ProtooFrame> {
  const fields = (frame ?? {}) as Readonly<Record<string, unknown>>;
  const { request, notification, response, id, method, ok } = fields;
  const data = fields.data ?? {};
  if (notification && !request) {
    if (notification !== true || typeof method !== 'string') return invalid('method', 'string');
    return { ok: true, value: { kind: 'notification', method, data } };
  }
  if (!request && !response) return invalid('', 'request, response or notification');
  const kind = request ? 'request' : 'response';
  if (fields[kind] !== true) return invalid(kind, 'true');
  if (typeof id !== 'number' || Number.isNaN(id)) return invalid('id', 'number', id !== undefined);
  if (request) {
    if (typeof method !== 'string') return invalid('method', 'string', method !== undefined);
    return { ok: true, value: { kind: 'request', id, method, data } };
  }
  if (ok === true) return { ok, value: { kind: 'response', id, ok, data } };
  if ((ok ?? false) !== false) return invalid('ok', String(Boolean(ok)));
  return { ok: true, value: { kind: 'response', id, ok: false, ...readRefusal(fields) } };
}

/**
 * Reads a refusal. protoo-server omits `ok`. protoo 1 has `code` and `reason`. The server of 2060-io sends `{ status, error }` or a text
 * instead of the number.
 */
function readRefusal({ errorCode, errorReason, code, reason, endReason }: Readonly<Record<string, unknown>>) {
  const given = errorCode ?? code;
  const { status, error } = Object(given) as Record<string, unknown>;
  const texts = [errorReason, reason, given, error].filter((candidate) => typeof candidate === 'string');
  return {
    errorCode: [given, status].find((candidate) => typeof candidate === 'number') ?? 500,
    errorReason: texts.find((text) => text !== '') ?? '',
    endReason: typeof endReason === 'string' ? endReason : undefined,
  };
}

function invalid(path: string, expected: string, isThere = true): ParseResult<never> {
  return { ok: false, issue: { path, message: isThere ? `Expected ${expected}` : 'Required' } };
}
