import type { ParseResult } from '../common/index.ts';
import type { V2Message } from './payload.ts';

/**
 * How payloads travel. `notification`: as data of the requests `mediasoup-request` and the notifications
 * `mediasoup-notification`. `request`: the same, but notifications too are requests, answered with nothing, as the
 * carrier once had nothing else. `bare`: under their own names.
 */
export type Envelope = 'notification' | 'request' | 'bare';

/** Names of the messages that carry payloads. */
export const envelopeMethods = { request: 'mediasoup-request', notification: 'mediasoup-notification' } as const;

/** A message as the carrier has it. */
export interface Carried {
  readonly kind: 'request' | 'notification';
  readonly method: string;
  readonly data: unknown;
}

/** Puts a message into its envelope. */
export function writeEnvelope({ kind, method, payload }: V2Message, envelope: Envelope): Carried {
  if (envelope === 'bare') return { kind, method, data: payload };
  return { kind: envelope === 'request' ? 'request' : kind, method: envelopeMethods[kind], data: payload };
}

/** What was in an envelope, or came without one. */
export interface Opened {
  readonly method: string;
  readonly payload: unknown;
  /** Whether there was an envelope. */
  readonly isEnveloped: boolean;
}

/** Takes a message out of its envelope, whichever it is. A fault where there is no method in it. */
export function readEnvelope(method: string, data: unknown): ParseResult<Opened> {
  if (method !== envelopeMethods.request && method !== envelopeMethods.notification) {
    return { ok: true, value: { method, payload: data, isEnveloped: false } };
  }
  const { method: inner } = Object(data) as { readonly method?: unknown };
  if (typeof inner !== 'string') {
    return { ok: false, issue: { path: 'method', message: inner === undefined ? 'Required' : 'Expected string' } };
  }
  return { ok: true, value: { method: inner, payload: data, isEnveloped: true } };
}
