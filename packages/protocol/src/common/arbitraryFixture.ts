import fc from 'fast-check';

import { appData } from './appData.ts';
import { clientAppData } from './clientAppData.ts';
import { peerId, remotePeerId } from './ids.ts';
import { parse } from './parse.ts';
import { notEmpty, type AnySchema } from './schema/index.ts';

/** Arbitraries of schemas whose parts do not determine their values. */
export type SpecialArbitraries = ReadonlyMap<AnySchema, fc.Arbitrary<unknown>>;

const isRead = (schema: AnySchema) => (value: unknown) => {
  const read = parse(schema, value);
  return read.ok && Object.is(read.value, value);
};

const plainObject = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((data) => JSON.parse(JSON.stringify(data)) as unknown);

const anyPeerId = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter(isRead(peerId));

const common: SpecialArbitraries = new Map<AnySchema, fc.Arbitrary<unknown>>([
  [peerId, anyPeerId],
  [remotePeerId, anyPeerId],
  [appData, plainObject.filter((data) => parse(appData, data).ok)],
  [clientAppData, plainObject.filter((data) => parse(clientAppData, data).ok)],
]);

/** Values that `schema` may return. Derived from the parts of the schema, so that tests cover a new field automatically. */
export function arbitraryOf(schema: AnySchema, special: SpecialArbitraries = common): fc.Arbitrary<unknown> {
  const known = special.get(schema) ?? common.get(schema);
  if (known) return known;
  const { type, grammar, min, max = 0, steps, wrapped, item, entries = {}, options = [] } = schema;
  switch (type) {
    case 'pipe': {
      if ((steps as readonly unknown[]).includes(notEmpty)) return fc.string({ minLength: 1, maxLength: 20 });
      // A pipe returns values of its last schema.
      const last = steps?.findLast((step) => step.type !== 'check' && step.type !== 'transform');
      return arbitraryOf(last as AnySchema, special);
    }
    case 'object': {
      const fields = Object.entries(entries);
      const requiredKeys = fields.filter(([, { presence }]) => presence !== 'optional').map(([key]) => key);
      return fc.record(Object.fromEntries(fields.map(([key, field]) => [key, arbitraryOf(field, special)])), {
        requiredKeys,
        noNullPrototype: true,
      });
    }
    case 'optional':
    case 'fallback':
    case 'withoutGrammar':
      return arbitraryOf(wrapped!, special);
    case 'nullable':
      return fc.option(arbitraryOf(wrapped!, special), { nil: null });
    case 'defaulted':
      return schema.default === null
        ? fc.option(arbitraryOf(wrapped!, special), { nil: null })
        : arbitraryOf(wrapped!, special);
    case 'array':
      return fc.array(arbitraryOf(item!, special), { maxLength: 3 });
    case 'picklist':
      return fc.constantFrom(...options);
    case 'integer':
      return fc.integer({ min: min!, max });
    case 'number':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'string':
      // Without its flag `i`: lowercase letters suffice.
      return grammar instanceof RegExp
        ? fc.stringMatching(new RegExp(grammar.source)).filter(({ length }) => length <= max)
        : fc.string();
    case 'custom':
      return fc.string();
    case 'record':
      return fc.dictionary(
        fc.stringMatching(/^[a-z][a-z-]{0,20}$/),
        fc.oneof(fc.integer(), fc.stringMatching(/^[ -:<-~]{0,9}$/)),
        { maxKeys: 3, noNullPrototype: true },
      );
    case 'empty':
      return fc.constant(undefined);
    default:
      throw new Error(`no arbitrary for ${type}`);
  }
}
