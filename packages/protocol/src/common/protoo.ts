import type { ParseResult } from './parse.ts';

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
      /** One of `endReasons`, from servers that name it: why the room did not admit the client. */
      readonly endReason?: string | undefined;
    };

/**
 * Reads one frame. Missing data reads as `{}`, as protoo itself reads it; a refusal without a number as 500. By hand, not by
 * the schemas of `protooFrames.ts`, which say the same: it is done for all that arrives.
 */
export function readProtooFrame(frame: unknown): ParseResult<ProtooFrame> {
  const fields = (frame ?? {}) as Readonly<Record<string, unknown>>;
  const { request, notification, response, id, method, ok } = fields;
  const data = fields.data ?? {};
  if (notification && !request) {
    if (notification !== true || typeof method !== 'string') return wrong('method', 'string');
    return { ok: true, value: { kind: 'notification', method, data } };
  }
  if (!request && !response) return wrong('', 'request, response or notification');
  const kind = request ? 'request' : 'response';
  if (fields[kind] !== true) return wrong(kind, 'true');
  if (typeof id !== 'number' || Number.isNaN(id)) return wrong('id', 'number', id !== undefined);
  if (request) {
    if (typeof method !== 'string') return wrong('method', 'string', method !== undefined);
    return { ok: true, value: { kind: 'request', id, method, data } };
  }
  if (ok === true) return { ok, value: { kind: 'response', id, ok, data } };
  if ((ok ?? false) !== false) return wrong('ok', String(Boolean(ok)));
  return { ok: true, value: { kind: 'response', id, ok: false, ...readRefusal(fields) } };
}

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

function wrong(path: string, expected: string, isThere = true): ParseResult<never> {
  return { ok: false, issue: { path, message: isThere ? `Expected ${expected}` : 'Required' } };
}
