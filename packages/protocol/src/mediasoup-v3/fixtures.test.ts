import { describe, expect, it } from 'vitest';

import { readClientMessage, readResponse, readServerMessage } from './codec.ts';
import clientFixtures from './fixtures/clientToServer.json' with { type: 'json' };
import documentFixtures from './fixtures/document.json' with { type: 'json' };
import serverFixtures from './fixtures/serverToClient.json' with { type: 'json' };
import { canonicalMethod, clientToServer, isClientMethod, serverToClient } from './methods.ts';
import type { ClientData, ClientMethod, MethodEntry, ResponseData, ServerData, ServerMethod } from './methods.ts';
import type { Variant } from './variants.ts';
import { writeClientMessage, writeResponse, writeServerMessage } from './write.ts';

interface Canonical {
  readonly data?: unknown;
  readonly response?: unknown;
}

interface WireFixture extends Canonical {
  readonly method: string;
  readonly kind: string;
  /** Message after reading, if this variant has more fields than the other. */
  readonly canonical?: Canonical;
}

type MethodFixture = { readonly canonical: Canonical } & Readonly<Partial<Record<Variant, WireFixture>>>;

const fixtures = {
  clientToServer: clientFixtures as Record<string, MethodFixture>,
  serverToClient: serverFixtures as Record<string, MethodFixture>,
};

/** Message as JSON. A message without data has an empty object on the wire. */
function onTheWire({ data, ...message }: { data?: unknown }): unknown {
  return JSON.parse(JSON.stringify({ ...message, data: data ?? {} }));
}

function fixturesOf(direction: keyof typeof fixtures) {
  return Object.entries(fixtures[direction]).flatMap(([method, fixture]) =>
    (['classic', 'notify'] as const).flatMap((variant) => {
      const wire = fixture[variant];
      return wire ? [{ method, variant, wire, canonical: wire.canonical ?? fixture.canonical }] : [];
    }),
  );
}

describe('Method table', () => {
  it.each(['clientToServer', 'serverToClient'] as const)('has a fixture for each message in %s', (direction) => {
    const table = direction === 'clientToServer' ? clientToServer : serverToClient;
    const missing = Object.entries<MethodEntry>(table).flatMap(([method, { variants }]) =>
      variants.filter((variant) => !fixtures[direction][method]?.[variant]).map((variant) => `${method}, ${variant}`),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(fixtures[direction]).filter((method) => !Object.hasOwn(table, method))).toEqual([]);
  });
});

describe.each(fixturesOf('clientToServer'))(
  'Client message $method in $variant',
  ({ method, variant, wire, canonical }) => {
    const name = method as ClientMethod;

    it('reads into the canonical form', () => {
      expect(canonicalMethod(wire.method)).toBe(method);
      expect(readClientMessage(name, wire.data)).toEqual({ ok: true, value: canonical.data });
    });

    it('is written in the form of the variant', () => {
      // The client writes this message for both variants at the same time.
      const said: unknown =
        method === 'createWebRtcTransport' ? expect.objectContaining(wire.data as object) : wire.data;
      const message = writeClientMessage(name, canonical.data as ClientData<ClientMethod>, variant);
      expect(onTheWire(message)).toEqual({ method: wire.method, kind: wire.kind, data: said });
    });
  },
);

const answered = fixturesOf('clientToServer').filter(({ wire }) => wire.kind === 'request');

describe.each(answered)('Response to $method in $variant', ({ method, variant, wire, canonical }) => {
  it('reads into the canonical form', () => {
    expect(readResponse(method as ClientMethod, wire.response)).toEqual({ ok: true, value: canonical.response });
  });

  it('is written in the form of the variant', () => {
    const data = writeResponse(method as ClientMethod, canonical.response as ResponseData<ClientMethod>, variant);
    expect(onTheWire({ data })).toEqual({ data: wire.response });
  });
});

describe.each(fixturesOf('serverToClient'))(
  'Server message $method in $variant',
  ({ method, variant, wire, canonical }) => {
    const name = method as ServerMethod;

    it('reads into the canonical form', () => {
      expect(canonicalMethod(wire.method)).toBe(method);
      expect(readServerMessage(name, wire.data)).toEqual({ ok: true, value: canonical.data });
    });

    it('is written in the form of the variant', () => {
      const message = writeServerMessage(name, canonical.data as ServerData<ServerMethod>, variant);
      expect(onTheWire(message)).toEqual({ method: wire.method, kind: wire.kind, data: wire.data });
    });
  },
);

describe('Examples of the document', () => {
  const examples: readonly { section: string; method: string; data?: unknown; response?: unknown }[] = documentFixtures;

  it.each(examples)('can be read: $section', ({ method, data, response }) => {
    const name = canonicalMethod(method);
    if (!isClientMethod(name)) throw new Error(`${method} is not in a table`);
    expect(readClientMessage(name, data)).toMatchObject({ ok: true });
    expect(readResponse(name, response)).toMatchObject({ ok: true });
  });

  it('cover every heading', () => {
    const headings = new Set(examples.map(({ section }) => Number.parseInt(section, 10)));
    expect([...headings]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });
});
