import type { ParseResult } from '../common/index.ts';
import type { V2Message } from './payload.ts';

/**
 * How payloads are sent. `notification`: as data of the request `mediasoup-request` and the notification `mediasoup-notification`.
 * `request`: the same, but notifications are requests with an empty response, because protoo 1 had no notifications. `bare`: under their
 * own names.
 */
export type Envelope = 'notification' | 'request' | 'bare';

/** Methods of the envelopes. */
export const envelopeMethods = { request: 'mediasoup-request', notification: 'mediasoup-notification' } as const;

/** A message in its envelope, as protoo sends it. */
export interface EnvelopedMessage {
  readonly kind: 'request' | 'notification';
  readonly method: string;
  readonly data: unknown;
}

/** Puts a message into its envelope. */
export function writeEnvelope({ kind, method, payload }: V2Message, envelope: Envelope): EnvelopedMessage {
  if (envelope === 'bare') return { kind, method, data: payload };
  return { kind: envelope === 'request' ? 'request' : kind, method: envelopeMethods[kind], data: payload };
}

/** A message with or without an envelope. */
export interface OpenedEnvelope {
  readonly method: string;
  readonly payload: unknown;
  /** Whether the message had an envelope. */
  readonly isEnveloped: boolean;
}

/** Removes the envelope of a message, if any. Fails if the envelope names no method. */
export function readEnvelope(method: string, data: unknown): ParseResult<OpenedEnvelope> {
  if (method !== envelopeMethods.request && method !== envelopeMethods.notification) {
    return { ok: true, value: { method, payload: data, isEnveloped: false } };
  }
  const { method: inner } = Object(data) as { readonly method?: unknown };
  if (typeof inner !== 'string') {
    return { ok: false, issue: { path: 'method', message: inner === undefined ? 'Required' : 'Expected string' } };
  }
  return { ok: true, value: { method: inner, payload: data, isEnveloped: true } };
}
