import { describe, expect, it } from 'vitest';

import { readProtooFrame, type ProtooFrame } from '../common/index.ts';
import { readClientMessage, readRefusal, readResponse, readServerMessage } from './codec.ts';
import additiveFixtures from './fixtures/additive.json' with { type: 'json' };
import documentFixtures from './fixtures/document.json' with { type: 'json' };
import serverFixtures from './fixtures/server.json' with { type: 'json' };
import { canonicalMethod, clientToServer, isClientMethod, isServerMethod, serverToClient } from './methods.ts';
import type { ClientMethod, ClientRequestMethod, ResponseData, ServerMethod } from './methods.ts';
import { writeClientMessage, writeResponse, writeServerMessage } from './write.ts';

interface Fixture {
  readonly section: string;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly notification?: unknown;
  /** End that sends a notification. Default: the server. */
  readonly from?: string;
}

const fixtures: readonly Fixture[] = [...documentFixtures, ...serverFixtures, ...additiveFixtures];
const asked = fixtures.filter(({ request }) => request !== undefined);
const told = fixtures.filter(({ notification, from }) => notification !== undefined && from !== 'client');
const toldByClients = fixtures.filter(({ from }) => from === 'client');

function frame<Kind extends ProtooFrame['kind']>(kind: Kind, data: unknown): Extract<ProtooFrame, { kind: Kind }> {
  const read = readProtooFrame(data);
  if (!read.ok || read.value.kind !== kind) throw new Error(`not a ${kind}: ${JSON.stringify(data)}`);
  return read.value as Extract<ProtooFrame, { kind: Kind }>;
}

function valueOf<Value>(read: { ok: true; value: Value } | { ok: false; issue: unknown }): Value {
  if (!read.ok) throw new Error(JSON.stringify(read.issue));
  return read.value;
}

const onTheWire = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

/** Expects at least the fields of the example: writers add `pusherId` to `pusher_id`. */
const containing = (data: unknown): unknown => {
  if (Array.isArray(data)) return data.map(containing);
  if (typeof data !== 'object' || data === null) return data;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(data).map(([key, value]) => [key, containing(value)])),
  );
};

describe('Examples of the document, RTCPilot and the extensions', () => {
  it('include each message', () => {
    const named = (list: readonly { readonly section: string }[]) =>
      new Set(list.map(({ section }) => canonicalMethod(section)));
    expect(named([...asked, ...toldByClients])).toEqual(new Set(Object.keys(clientToServer)));
    expect(named(told)).toEqual(new Set(Object.keys(serverToClient)));
    expect(documentFixtures.map(({ section }) => section)).toEqual([
      'join',
      'push',
      'pull',
      'userLeft',
      'newUser',
      'newPusher',
    ]);
  });

  it.each(asked)('are read and written back: request of $section', ({ request }) => {
    const { method, data } = frame('request', request);
    expect(isClientMethod(method)).toBe(true);
    const value = valueOf(readClientMessage(method as ClientMethod, data));
    const written = writeClientMessage(method as ClientMethod, value);
    expect(written).toMatchObject({ method, kind: 'request' });
    expect(onTheWire(written.data)).toEqual(containing(data));
    expect(readClientMessage(method as ClientMethod, onTheWire(written.data))).toEqual({ ok: true, value });
  });

  it.each(asked)('are read and written back: response of $section', ({ section, response }) => {
    const method = section as ClientRequestMethod;
    const { data } = frame('response', response) as { data: unknown };
    expect(readRefusal(data)).toBeNull();
    const value: unknown = valueOf(readResponse(method, data));
    const written = writeResponse(method, value as ResponseData<ClientRequestMethod>);
    expect(onTheWire(written)).toEqual(containing(data));
    expect(readResponse(method, onTheWire(written))).toEqual({ ok: true, value });
  });

  it.each(told)('are read and written back: notification of $section', ({ notification }) => {
    const { method, data } = frame('notification', notification);
    const name = canonicalMethod(method);
    expect(isServerMethod(name)).toBe(true);
    const value = valueOf(readServerMessage(name as ServerMethod, data));
    const written = writeServerMessage(name as ServerMethod, value);
    expect(written).toMatchObject({ method: name, kind: 'notification' });
    expect(onTheWire(written.data)).toEqual(containing(data));
    expect(readServerMessage(name as ServerMethod, onTheWire(written.data))).toEqual({ ok: true, value });
  });

  it.each(toldByClients)('are read and written back: client notification of $section', ({ notification }) => {
    const { method, data } = frame('notification', notification);
    const value = valueOf(readClientMessage(method as ClientMethod, data));
    const written = writeClientMessage(method as ClientMethod, value);
    expect(onTheWire(written.data)).toEqual(containing(data));
  });

  it('contain users, pushers and RTP that are read unchanged', () => {
    const [join] = documentFixtures;
    const { data } = frame('response', join?.response) as unknown as { data: { users: unknown } };
    expect(valueOf(readResponse('join', data))).toEqual({ users: data.users });
  });
});
