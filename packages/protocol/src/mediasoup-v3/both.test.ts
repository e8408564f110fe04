import { describe, expect, it } from 'vitest';
import { readResponse, readServerMessage } from './codec.ts';
import clientFixtures from './fixtures/clientToServer.json' with { type: 'json' };
import serverFixtures from './fixtures/serverToClient.json' with { type: 'json' };
import type { ClientMethod, ResponseData, ServerMethod } from './methods.ts';
import { writeResponse, writeServerMessage } from './write.ts';

interface Fixture {
  readonly canonical: { readonly data?: unknown; readonly response?: unknown };
  readonly classic?: { readonly data?: unknown; readonly response?: unknown };
  readonly notify?: { readonly data?: unknown; readonly response?: unknown; readonly canonical?: Fixture['canonical'] };
}

const onTheWire = (data: unknown): unknown => JSON.parse(JSON.stringify(data ?? {}));
const isList = (one: { readonly response?: unknown } | undefined) => Array.isArray(one?.response);

const answers = Object.entries(clientFixtures as Record<string, Fixture>).filter(
  ([, { classic, notify }]) => classic?.response !== undefined && notify?.response !== undefined && !isList(classic),
);
const serverMessages = Object.entries(serverFixtures as Record<string, Fixture>).filter(
  ([, { classic, notify }]) => classic !== undefined && notify !== undefined,
);

describe('Response for both variants', () => {
  it.each(answers)('has the fields of each variant: %s', (method, { canonical, classic, notify }) => {
    const richer = notify?.canonical?.response ?? canonical.response;
    const name = method as ClientMethod;
    const data = onTheWire(writeResponse(name, richer as ResponseData<ClientMethod>, 'both'));
    const peersOf = (one: unknown) => (one as { peers?: object[] }).peers;
    for (const variant of [classic, notify]) {
      const { peers, ...rest } = variant?.response as { peers?: object[] };
      expect(data).toMatchObject(rest);
      for (const [index, peer] of (peers ?? []).entries()) expect(peersOf(data)?.[index]).toMatchObject(peer);
    }
    expect(readResponse(name, data)).toMatchObject({ ok: true, value: richer });
  });
});

describe('Server message for both variants', () => {
  it.each(serverMessages)('has the fields of each variant: %s', (method, { canonical, classic, notify }) => {
    const richer = { ...(canonical.data as object), ...(notify?.canonical?.data as object | undefined) };
    const name = method as ServerMethod;
    const data = onTheWire(writeServerMessage(name, richer, 'both').data);
    for (const variant of [classic, notify]) expect(data).toMatchObject(variant?.data as object);
    expect(readServerMessage(name, data)).toMatchObject({ ok: true, value: richer });
  });
});
