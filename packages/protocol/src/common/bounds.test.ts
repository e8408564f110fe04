import { describe, expect, it } from 'vitest';

import * as s from './schema/index.ts';
import * as alpha from '../mediasoup-v2-alpha/index.ts';
import * as beta from '../mediasoup-v2-beta/index.ts';
import { outOfBandToServer } from '../mediasoup-v2-shared/outOfBand.ts';
import * as v2 from '../mediasoup-v2/index.ts';
import * as v3 from '../mediasoup-v3/index.ts';
import * as pushPull from '../push-pull/index.ts';
import { MAX_ENTITIES, MAX_LIST, MAX_PARAMETERS, MAX_SDP_LENGTH, MAX_SERVER_TEXT_LENGTH } from './limits.ts';

/** Returns whether a schema only tests a value. Earlier steps limit the value. */
const isTest = ({ type, steps }: s.AnySchema): boolean => (steps?.[0]?.type ?? type) === 'custom';

/** Paths of all parts of a message without a bound. */
function unboundedIn(schema: s.AnySchema, path = ''): string[] {
  const { type, entries = {}, item, max = Infinity, steps, wrapped } = schema;
  switch (type) {
    case 'pipe': {
      const [first, ...rest] = (steps as readonly s.AnySchema[]).filter(
        (step) => step.type !== 'check' && step.type !== 'transform',
      );
      // The next schema limits a value of any type.
      const readers =
        first?.type === 'unknown' && rest.length > 0 ? rest : [first!, ...rest.filter((step) => !isTest(step))];
      return readers.flatMap((step) => unboundedIn(step, path));
    }
    case 'string':
      return max <= MAX_SDP_LENGTH ? [] : [path];
    case 'array':
      return [...(max <= MAX_ENTITIES ? [] : [path]), ...unboundedIn(item!, `${path}[]`)];
    case 'record':
      return max <= MAX_PARAMETERS ? [] : [path];
    case 'custom':
      return max <= MAX_SDP_LENGTH ? [] : [path];
    case 'object': {
      const fields = Object.entries(entries);
      return fields.length === 0 ? [path] : fields.flatMap(([key, entry]) => unboundedIn(entry, `${path}.${key}`));
    }
    case 'defaulted':
    case 'fallback':
    case 'nullable':
    case 'optional':
    case 'withoutGrammar':
      return unboundedIn(wrapped!, path);
    case 'number':
    case 'integer':
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
    Object.entries(table).map(([method, { request }]) => [`${dialect} ${method}`, request as s.AnySchema] as const),
  ),
  ...Object.entries(outOfBandToServer).map(([method, schema]) => [`out of band: ${method}`, schema] as const),
];

describe('Client messages', () => {
  it.each(messages.filter(([, schema]) => !nothingIsRead.includes(schema)))(
    'limit every text, list and object of %s',
    (_, schema) => {
      expect(unboundedIn(schema)).toEqual([]);
    },
  );
});

describe('unboundedIn', () => {
  it.each<[string, s.AnySchema, string[]]>([
    ['a text', s.object({ a: s.string() }), ['.a']],
    ['a list', s.object({ a: s.array(s.boolean()) }), ['.a']],
    ['a text within a list', s.object({ a: s.array(s.string(), 3) }), ['.a[]']],
    ['an object with any fields', s.object({ a: s.anyObject }), ['.a']],
    ['any value', s.object({ a: s.unknown() }), ['.a (unknown)']],
    ['a custom test', s.object({ a: s.custom(() => true, 'no') }), ['.a']],
    ['a preprocessed object', s.preprocess(s.object({ a: s.undefinedOr(s.string()) }), (fields) => fields), ['.a']],
    ['no path where all parts are bounded', s.object({ a: s.withDefault(s.array(s.string(9), 9), []) }), []],
  ])('finds %s', (_, schema, found) => {
    expect(unboundedIn(schema)).toEqual(found);
  });
});

describe('Bounds', () => {
  it.each([
    ['text', s.string(3), 'xxx', 'xxxx', 'Expected at most 3 characters'],
    ['list', s.array(s.boolean(), 1), [true], [true, true], 'Expected at most 1'],
    ['object', s.record(() => true, 'any value', 1), { a: true }, { a: true, b: true }, 'Expected at most 1'],
  ])('apply to a %s in optional and defaulted fields too', (_, schema, most, tooMuch, message) => {
    for (const field of [schema, s.optional<s.AnySchema>(schema), s.withDefault<s.AnySchema>(schema, null)]) {
      const within = s.object({ field });
      expect(within.read({ field: most })).toEqual({ field: most });
      expect(within.read({ field: tooMuch })).toMatchObject({ path: ['field'], message });
    }
  });

  it('allow tens of thousands of peers in server messages', () => {
    const roster = Array.from({ length: 20_000 }, (__, index) => ({ id: `peer ${String(index)}` }));
    expect(v3.readJoinResponse({ peers: roster })).toMatchObject({ ok: true });
    expect(MAX_LIST).toBeGreaterThan(20_000);
    expect(MAX_SERVER_TEXT_LENGTH).toBeGreaterThan(MAX_SDP_LENGTH);
  });
});
