import fc from 'fast-check';
import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { arbitraryOfCommon } from '../common/arbitraryFixture.ts';
import { entityId, uint32 } from '../common/index.ts';
import { readClientMessage, readResponse, readServerMessage } from './codec.ts';
import { clientToServer, serverToClient } from './methods.ts';
import type { ClientData, ClientMethod, ResponseData, ServerData, ServerMethod } from './methods.ts';
import { extensions } from './responses.ts';
import { EXTENSIONS, type Variant } from './variants.ts';
import { writeClientMessage, writeCreateWebRtcTransport, writeResponse, writeServerMessage } from './write.ts';

const seed = 20_250_907;
const variants: readonly Variant[] = ['classic', 'notify'];
const onTheWire = (data: unknown): unknown => (data === undefined ? {} : JSON.parse(JSON.stringify(data)));

/** Whatever `schema` may have read: walks its parts, so that a new field is tried without a word here. */
function arbitraryOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const common = arbitraryOfCommon(schema);
  if (common) return common;
  const part = schema as v.GenericSchema & {
    entries?: Record<string, v.GenericSchema>;
    item?: v.GenericSchema;
    options?: unknown[];
    pipe?: (v.GenericSchema & { message?: string })[];
    wrapped?: v.GenericSchema;
    default?: unknown;
  };
  if (schema === entityId) return fc.string({ minLength: 1, maxLength: 20 });
  if (schema === extensions) return fc.subarray([...EXTENSIONS]);
  if (schema === uint32) return fc.integer({ min: 0, max: 0xffffffff });
  if (part.pipe) {
    // The last schema of a pipe is what comes out of it; a range after it narrows a number.
    const last = part.pipe.findLast(({ kind }) => kind === 'schema')!;
    const range = part.pipe.find(({ message }) => message?.startsWith('Expected <='))?.message;
    if (range) return fc.integer({ min: 0, max: Number(range.slice('Expected <='.length)) });
    const { pipe: _, ...bare } = part;
    return arbitraryOf(last === part.pipe[0] ? bare : last);
  }
  switch (schema.type) {
    case 'loose_object': {
      const entries = Object.entries(part.entries!);
      const optional = ({ type }: v.GenericSchema) => type === 'exact_optional';
      const requiredKeys = entries.filter(([, entry]) => !optional(entry)).map(([key]) => key);
      return fc.record(Object.fromEntries(entries.map(([key, entry]) => [key, arbitraryOf(entry)])), {
        requiredKeys,
        noNullPrototype: true,
      });
    }
    case 'exact_optional':
      return arbitraryOf(part.wrapped!);
    case 'nullish':
      // Null where nothing else stands for what is missing.
      return part.default === null ? fc.option(arbitraryOf(part.wrapped!), { nil: null }) : arbitraryOf(part.wrapped!);
    case 'array':
      return fc.array(arbitraryOf(part.item!), { maxLength: 3 });
    case 'picklist':
      return fc.constantFrom(...part.options!);
    case 'custom':
    case 'string':
      return fc.string();
    case 'number':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'unknown':
      return fc.constant(undefined);
    default:
      throw new Error(`no arbitrary for ${schema.type}`);
  }
}

describe('what one end writes, the other reads back', () => {
  describe.each(variants)('%s', (variant) => {
    it.each(Object.keys(clientToServer) as ClientMethod[])('%s', (method) => {
      fc.assert(
        fc.property(arbitraryOf(clientToServer[method].request), (value) => {
          const { data } = writeClientMessage(method, value as ClientData<ClientMethod>, variant);
          expect(readClientMessage(method, onTheWire(data))).toEqual({ ok: true, value });
        }),
        { seed, numRuns: 40 },
      );
    });

    it.each(Object.keys(clientToServer) as ClientMethod[])('answer to %s', (method) => {
      fc.assert(
        fc.property(arbitraryOf(clientToServer[method].response), (value) => {
          const data = writeResponse(method, value as ResponseData<ClientMethod>, variant);
          const expected = variant === 'classic' ? withoutNotifyFields(value) : value;
          expect(readResponse(method, onTheWire(data))).toEqual({ ok: true, value: expected });
        }),
        { seed, numRuns: 40 },
      );
    });

    it.each(Object.keys(serverToClient) as ServerMethod[])('%s of the server', (method) => {
      fc.assert(
        fc.property(arbitraryOf(serverToClient[method].request), (value) => {
          const { data } = writeServerMessage(method, value as ServerData<ServerMethod>, variant);
          const isOffer = serverToClient[method].kind === 'request' || method === 'newPeer';
          const expected = variant === 'classic' && isOffer ? withoutNotifyFields(value) : value;
          expect(readServerMessage(method, onTheWire(data))).toEqual({ ok: true, value: expected });
        }),
        { seed, numRuns: 40 },
      );
    });
  });

  it('createWebRtcTransport says the same to both', () => {
    const data = { forceTcp: false, producing: false, consuming: true };
    expect(writeCreateWebRtcTransport(data)).toEqual({ ...data, appData: { direction: 'consumer' } });
    for (const variant of variants)
      expect(writeClientMessage('createWebRtcTransport', data, variant).data).toEqual(writeCreateWebRtcTransport(data));
  });
});

describe('garbage', () => {
  it.each(Object.keys(clientToServer) as ClientMethod[])('of a client, %s: told, never thrown', (method) => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, maxDepth: 3 }), (data) => {
        expect(readClientMessage(method, data)).toHaveProperty('ok');
        expect(readResponse(method, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 100 },
    );
  });

  it.each(Object.keys(serverToClient) as ServerMethod[])('of a server, %s: told, never thrown', (method) => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, maxDepth: 3 }), (data) => {
        expect(readServerMessage(method, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 100 },
    );
  });
});

/** What the classic variant has no word for. */
function withoutNotifyFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotifyFields);
  if (typeof value !== 'object' || value === null) return value;
  const { remoteAddress: _address, transportId: _transport, score: _score, ...rest } = value as Record<string, unknown>;
  return 'peers' in rest ? { ...rest, peers: withoutNotifyFields(rest.peers) } : rest;
}
