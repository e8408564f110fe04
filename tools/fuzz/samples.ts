import { readFileSync } from 'node:fs';
import { outOfBandToClient, outOfBandToServer } from '../../packages/protocol/src/mediasoup-v2-shared/outOfBand.ts';
import * as alpha from '../../packages/protocol/src/mediasoup-v2-alpha/methods.ts';
import * as beta from '../../packages/protocol/src/mediasoup-v2-beta/methods.ts';
import * as v2 from '../../packages/protocol/src/mediasoup-v2/methods.ts';
import * as v3 from '../../packages/protocol/src/mediasoup-v3/methods.ts';
import * as pushPull from '../../packages/protocol/src/push-pull/methods.ts';
import { isV2, type DialectName, type Direction, type Message } from './dialects.ts';

const tables = {
  'mediasoup-v3': v3,
  'mediasoup-v2': v2,
  'mediasoup-v2-beta': beta,
  'mediasoup-v2-alpha': alpha,
  'push-pull': pushPull,
} as const;

/** Valid messages and responses. The fuzzer derives malformed ones from them. */
export interface Samples {
  /** Messages to the end under test, in all variants. */
  readonly messages: readonly Message[];
  /** Responses to the end under test, by the method on the wire. */
  readonly answers: ReadonlyMap<string, unknown>;
  /** All methods of the tables, with or without an example. */
  readonly methods: readonly string[];
}

interface V3Wire extends Message {
  readonly response?: unknown;
}
type V3Fixture = Readonly<Record<string, Partial<V3Wire>>>;

interface V2Fixture {
  readonly payload: Readonly<Record<string, unknown>> & { readonly method: string };
  readonly answer?: unknown;
}

interface PushPullFixture {
  readonly from?: 'client';
  readonly request?: { readonly method: string; readonly data: unknown };
  readonly response?: { readonly data: unknown };
  readonly notification?: { readonly method: string; readonly data: unknown };
}

/** Reads the examples and the tables of the protocol. */
export function samplesOf(dialect: DialectName, to: Direction): Samples {
  const toServer = to === 'server';
  const { clientToServer, serverToClient } = tables[dialect];
  const methods = Object.keys(toServer ? clientToServer : serverToClient);
  if (isV2(dialect)) {
    const carried = Object.keys(toServer ? outOfBandToServer : outOfBandToClient);
    return { ...v2Samples(dialect, toServer), methods: [...methods, ...carried] };
  }
  return { ...(dialect === 'push-pull' ? pushPullSamples(toServer) : v3Samples(toServer)), methods };
}

function read<T>(dialect: string, name: string): T {
  const path = new URL(`../../packages/protocol/src/${dialect}/fixtures/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function nameOf(toServer: boolean): 'clientToServer' | 'serverToClient' {
  return toServer ? 'clientToServer' : 'serverToClient';
}

function v3Samples(toServer: boolean) {
  const messages: Message[] = [];
  const answers = new Map<string, unknown>();
  for (const variants of Object.values(read<Record<string, V3Fixture>>('mediasoup-v3', nameOf(toServer)))) {
    for (const { method, kind, data } of [variants.classic ?? {}, variants.notify ?? {}])
      if (method !== undefined && kind !== undefined) messages.push({ method, kind, data: data ?? {} });
  }
  for (const [method, variants] of Object.entries(read<Record<string, V3Fixture>>('mediasoup-v3', 'clientToServer')))
    answers.set(variants.classic?.method ?? method, variants.classic?.response ?? {});
  return { messages, answers };
}

function v2Samples(dialect: DialectName, toServer: boolean) {
  const messages: Message[] = [];
  const answers = new Map<string, unknown>();
  for (const { payload } of Object.values(read<Record<string, V2Fixture>>(dialect, nameOf(toServer)))) {
    const isRequest = payload.notification !== true;
    messages.push(
      {
        method: isRequest ? 'mediasoup-request' : 'mediasoup-notification',
        kind: isRequest ? 'request' : 'notification',
        data: payload,
      },
      // The same payload in the other two envelopes.
      { method: isRequest ? 'mediasoup-request' : 'mediasoup-notification', kind: 'request', data: payload },
      { method: payload.method, kind: isRequest ? 'request' : 'notification', data: payload },
    );
  }
  for (const { payload, answer } of Object.values(read<Record<string, V2Fixture>>(dialect, 'clientToServer')))
    if (answer !== undefined) answers.set(payload.method, answer);
  const outOfBand = read<Record<string, Record<string, unknown>>>('mediasoup-v2-shared', 'outOfBand');
  for (const [method, data] of Object.entries(outOfBand[nameOf(toServer)] ?? {}))
    messages.push({ method, kind: 'request', data }, { method, kind: 'notification', data });
  return { messages, answers };
}

function pushPullSamples(toServer: boolean) {
  const messages: Message[] = [];
  const answers = new Map<string, unknown>();
  for (const file of ['document', 'server', 'additive']) {
    for (const { from, request, response, notification } of read<PushPullFixture[]>('push-pull', file)) {
      if (request !== undefined && toServer) messages.push({ ...request, kind: 'request' });
      if (request !== undefined && response !== undefined) answers.set(request.method, response.data);
      if (notification !== undefined && (from === 'client') === toServer)
        messages.push({ ...notification, kind: 'notification' });
    }
  }
  return { messages, answers };
}
