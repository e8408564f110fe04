import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import * as alpha from '../mediasoup-v2-alpha/index.ts';
import * as beta from '../mediasoup-v2-beta/index.ts';
import { carrierToServer } from '../mediasoup-v2-shared/outOfBand.ts';
import * as v2 from '../mediasoup-v2/index.ts';
import * as v3 from '../mediasoup-v3/index.ts';
import * as pushPull from '../push-pull/index.ts';
import * as kinds from './kinds.ts';
import { MAX_ENTITIES, MAX_LIST, MAX_PARAMETERS, MAX_SDP_LENGTH, MAX_SERVER_TEXT_LENGTH } from './limits.ts';
import { prepared, shape } from './schema.ts';

interface Part {
  readonly type: string;
  readonly kind?: string;
  readonly entries?: Readonly<Record<string, Part>>;
  readonly item?: Part;
  readonly max?: number;
  readonly pipe?: readonly Part[];
  readonly wrapped?: Part;
}

const isReading = ({ kind }: Part) => kind === 'schema';

/** Paths of all that a message may bring any amount of. */
function unboundedIn(schema: v.GenericSchema | Part, path = ''): string[] {
  const { type, entries, item, max = Infinity, pipe, wrapped } = schema as Part;
  if (pipe) {
    // What is taken as it comes is bounded by what reads it next.
    const readers = pipe.filter(isReading);
    return (readers.length > 1 ? readers.filter((part) => part.type !== 'unknown') : readers).flatMap((part, index) =>
      part.type === 'custom' && index > 0 ? [] : unboundedIn(part, path),
    );
  }
  switch (type) {
    case 'string':
      return max <= MAX_SDP_LENGTH ? [] : [path];
    case 'array':
      return [...(max <= MAX_ENTITIES ? [] : [path]), ...unboundedIn(item!, `${path}[]`)];
    case 'record':
      return max <= MAX_PARAMETERS ? [] : [path];
    case 'custom':
      return max <= MAX_SDP_LENGTH ? [] : [path];
    case 'loose_object': {
      const fields = Object.entries(entries!);
      return fields.length === 0 ? [path] : fields.flatMap(([key, entry]) => unboundedIn(entry, `${path}.${key}`));
    }
    case 'exact_optional':
    case 'optional':
    case 'nullish':
    case 'nullable':
      return unboundedIn(wrapped!, path);
    case 'number':
    case 'boolean':
    case 'literal':
    case 'picklist':
      return [];
    default:
      return [`${path} (${type})`];
  }
}

const tables = {
  'mediasoup-v3': v3.clientToServer,
  'mediasoup-v2': v2.clientToServer,
  'mediasoup-v2-beta': beta.clientToServer,
  'mediasoup-v2-alpha': alpha.clientToServer,
  'push-pull': pushPull.clientToServer,
};
const nothingIsRead: readonly unknown[] = [v3.clientToServer.leaveRoom.request];

const messages = [
  ...Object.entries(tables).flatMap(([dialect, table]) =>
    Object.entries(table).map(([method, { request }]) => [`${dialect} ${method}`, request as v.GenericSchema] as const),
  ),
  ...Object.entries(carrierToServer).map(([method, schema]) => [`carrier ${method}`, schema] as const),
];

describe('a message of a client has a bound for every text, list and object', () => {
  it.each(messages.filter(([, schema]) => !nothingIsRead.includes(schema)))('%s', (_, schema) => {
    expect(unboundedIn(schema)).toEqual([]);
  });
});

describe('the search for what has no bound', () => {
  it.each<[string, v.GenericSchema, string[]]>([
    ['a text', shape({ a: kinds.string() }), ['.a']],
    ['a list', shape({ a: kinds.array(kinds.boolean()) }), ['.a']],
    ['a text within a list', shape({ a: kinds.array(kinds.string(), 3) }), ['.a[]']],
    ['an object with any fields', shape({ a: kinds.looseObject({}) }), ['.a']],
    ['anything', shape({ a: kinds.unknown() }), ['.a (unknown)']],
    ['a test of our own', shape({ a: kinds.custom(() => true, 'no') }), ['.a']],
    ['what is rearranged first', prepared(shape({ a: kinds.optional(kinds.string()) }), (fields) => fields), ['.a']],
    ['nothing that is bounded', shape({ a: kinds.nullish(kinds.array(kinds.string(9), 9), []) }), []],
  ])('finds %s', (_, schema, found) => {
    expect(unboundedIn(schema)).toEqual(found);
  });
});

describe('a bound', () => {
  it.each([
    ['text', kinds.string(3), 'xxx', 'xxxx', 'Expected at most 3 characters'],
    ['list', kinds.array(kinds.boolean(), 1), [true], [true, true], 'Expected 1 at most'],
    ['object', kinds.record(() => true, 'anything', 1), { a: true }, { a: true, b: true }, 'Expected 1 at most'],
  ])('of a %s holds also where nothing else is asked of it', (_, schema, most, tooMuch, message) => {
    for (const field of [schema, kinds.exactOptional(schema), kinds.nullish(schema as never, null as never)]) {
      const within = shape({ field });
      expect(kinds.readOf(within)({ field: most })).toEqual({ field: most });
      expect(kinds.readOf(within)({ field: tooMuch })).toMatchObject({ path: ['field'], message });
    }
  });

  it('of a server leaves room for a roster of tens of thousands', () => {
    const roster = Array.from({ length: 20_000 }, (__, index) => ({ id: `peer ${String(index)}` }));
    expect(v3.readJoinResponse({ peers: roster })).toMatchObject({ ok: true });
    expect(MAX_LIST).toBeGreaterThan(20_000);
    expect(MAX_SERVER_TEXT_LENGTH).toBeGreaterThan(MAX_SDP_LENGTH);
  });
});
