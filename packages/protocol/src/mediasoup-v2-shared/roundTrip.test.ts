import fc from 'fast-check';
import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { arbitraryOfCommon } from '../common/arbitraryFixture.ts';
import { parse, uint32 } from '../common/index.ts';
import * as alpha from '../mediasoup-v2-alpha/index.ts';
import * as beta from '../mediasoup-v2-beta/index.ts';
import * as v2 from '../mediasoup-v2/index.ts';
import {
  carrierToClient,
  carrierToServer,
  readCarrierClientMessage,
  readCarrierServerMessage,
  type CarrierClientMethod,
  type CarrierServerMethod,
} from './outOfBand.ts';
import { readEnvelope, writeEnvelope, type Envelope } from './envelope.ts';
import { EXTENSIONS, extensions } from './extensions.ts';
import { anyAppData, clientAppData, numericId, statsInterval } from './fields.ts';
import type { AnyDialect } from './fixtures/AnyDialect.ts';
import { dtlsParameters, dtlsParametersIfAny } from './transport.ts';

const seed = 20_180_817;
const dialects: readonly [string, AnyDialect][] = [
  ['mediasoup-v2', v2],
  ['mediasoup-v2-beta', beta],
  ['mediasoup-v2-alpha', alpha],
];

const onTheWire = (data: unknown): unknown => (data === undefined ? undefined : JSON.parse(JSON.stringify(data)));

type Part = v.GenericSchema & {
  readonly entries?: Record<string, v.GenericSchema>;
  readonly item?: v.GenericSchema;
  readonly options?: unknown[];
  readonly pipe?: readonly (v.GenericSchema & { readonly requirement?: number })[];
  readonly wrapped?: v.GenericSchema;
};

/** Whatever `schema` may have read: walks its parts, so that a new field is tried without a word here. */
function arbitraryOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const common = arbitraryOfCommon(schema);
  if (common) return common;
  switch (schema) {
    case numericId:
    case uint32:
      return fc.integer({ min: 0, max: 0xffffffff });
    case statsInterval:
      return fc.integer({ min: 1000, max: 0x7fffffff });
    case extensions:
      return fc.subarray([...EXTENSIONS]);
    case anyAppData:
    case clientAppData:
      return fc
        .jsonValue()
        .map(onTheWire)
        .filter((value) => parse(anyAppData, value).ok);
    case dtlsParametersIfAny:
      return arbitraryOf(dtlsParameters).filter(
        (given) => (given as { fingerprints: unknown[] }).fingerprints.length > 0,
      );
  }
  const part = schema as Part;
  if (part.pipe) {
    // The last schema of a pipe is what comes out of it; a length after it shortens a list.
    const last = part.pipe.findLast(({ kind }) => kind === 'schema')!;
    const { pipe: _, ...bare } = part;
    const max = part.pipe.find(({ type }) => type === 'max_length')?.requirement;
    const inner = arbitraryOf(last === part.pipe[0] ? bare : last);
    return max === undefined ? inner : inner.filter((list) => (list as unknown[]).length <= max);
  }
  switch (schema.type) {
    case 'loose_object': {
      const entries = Object.entries(part.entries!);
      const optional = ({ type }: v.GenericSchema) => type === 'exact_optional' || type === 'optional';
      const requiredKeys = entries.filter(([, entry]) => !optional(entry)).map(([key]) => key);
      return fc.record(Object.fromEntries(entries.map(([key, entry]) => [key, arbitraryOf(entry)])), {
        requiredKeys,
        noNullPrototype: true,
      });
    }
    case 'exact_optional':
    case 'optional':
      return arbitraryOf(part.wrapped!);
    case 'nullish':
      // Null where nothing else stands for what is missing.
      return parse(schema, null).ok && (parse(schema, null) as { value: unknown }).value === null
        ? fc.option(arbitraryOf(part.wrapped!), { nil: null })
        : arbitraryOf(part.wrapped!);
    case 'nullable':
      return fc.option(arbitraryOf(part.wrapped!), { nil: null });
    case 'array': {
      const item = part.item as Part;
      const isAnything = item.type === 'unknown' && !item.pipe;
      return fc.array(isAnything ? fc.jsonValue().map(onTheWire) : arbitraryOf(item), { maxLength: 3 });
    }
    case 'picklist':
      return fc.constantFrom(...part.options!);
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

describe.each(dialects)('what one end writes, the other reads back: %s', (_name, dialect) => {
  it.each(Object.entries(dialect.clientToServer))('%s', (method, { request }) => {
    fc.assert(
      fc.property(arbitraryOf(request), (value) => {
        const { payload } = dialect.writeClientMessage(method as never, value as never);
        expect(dialect.readClientMessage(method as never, onTheWire(payload))).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 40 },
    );
  });

  const answered = Object.entries(dialect.clientToServer).filter(([, { response }]) => response);
  it.each(answered)('answer to %s', (method, { response }) => {
    fc.assert(
      fc.property(arbitraryOf(response!), (value) => {
        const answer = onTheWire(dialect.writeResponse(method as never, value as never));
        expect(dialect.readResponse(method as never, answer)).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 40 },
    );
  });

  it.each(Object.entries(dialect.serverToClient))('%s of the server', (method, { request }) => {
    fc.assert(
      fc.property(arbitraryOf(request), (value) => {
        const { payload } = dialect.writeServerMessage(method as never, value as never);
        expect(dialect.readServerMessage(method as never, onTheWire(payload))).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 40 },
    );
  });

  it.each(['notification', 'request', 'bare'] satisfies Envelope[])('in every envelope: %s', (envelope) => {
    for (const [method, { kind }] of Object.entries(dialect.clientToServer)) {
      const carried = writeEnvelope({ kind, method, payload: { method, id: 1 } }, envelope);
      expect(readEnvelope(carried.method, onTheWire(carried.data))).toEqual({
        ok: true,
        value: { method, payload: { method, id: 1 }, isEnveloped: envelope !== 'bare' },
      });
    }
  });
});

describe('what one end writes beside the protocol proper, the other reads back', () => {
  it.each(Object.entries(carrierToServer))('%s', (method, schema) => {
    fc.assert(
      fc.property(arbitraryOf(schema), (value) => {
        expect(readCarrierClientMessage(method as CarrierClientMethod, onTheWire(value))).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 40 },
    );
  });

  it.each(Object.entries(carrierToClient))('%s', (method, schema) => {
    fc.assert(
      fc.property(arbitraryOf(schema), (value) => {
        expect(readCarrierServerMessage(method as CarrierServerMethod, onTheWire(value))).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 40 },
    );
  });
});

describe.each(dialects)('garbage: told, never thrown: %s', (_name, dialect) => {
  const garbage = fc.anything({ withNullPrototype: true, maxDepth: 3 });
  /** Garbage where something is expected reaches further than garbage alone. */
  const fieldsOf = (schema: v.GenericSchema): fc.Arbitrary<unknown> => {
    const part = schema as Part;
    const inner = part.entries ?? (part.pipe?.findLast(({ kind }) => kind === 'schema') as Part | undefined)?.entries;
    return inner
      ? fc.record(Object.fromEntries(Object.keys(inner).map((key) => [key, garbage])), { requiredKeys: [] })
      : garbage;
  };
  const tried = (schema: v.GenericSchema) => fc.oneof(garbage, fieldsOf(schema));

  it.each(Object.entries(dialect.clientToServer))('%s', (method, { request, response }) => {
    fc.assert(
      fc.property(tried(request), tried(response ?? request), (data, answer) => {
        expect(dialect.readClientMessage(method as never, data)).toHaveProperty('ok');
        if (response) expect(dialect.readResponse(method as never, answer)).toHaveProperty('ok');
        expect(readEnvelope('mediasoup-request', data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 200 },
    );
  });

  it.each(Object.entries(dialect.serverToClient))('%s of the server', (method, { request }) => {
    fc.assert(
      fc.property(tried(request), (data) => {
        expect(dialect.readServerMessage(method as never, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 200 },
    );
  });
});
