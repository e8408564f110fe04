import fc from 'fast-check';
import type * as v from 'valibot';

import { appData } from './appData.ts';
import { clientAppData } from './clientAppData.ts';
import { peerId, remotePeerId } from './ids.ts';
import type { Grammar } from './kinds.ts';
import { parse } from './parse.ts';

interface Part {
  readonly type: string;
  readonly grammar?: Grammar;
  readonly max?: number;
  readonly pipe?: readonly { readonly message?: string }[];
}

const isRead = (schema: v.GenericSchema) => (value: unknown) => {
  const read = parse(schema, value);
  return read.ok && Object.is(read.value, value);
};

/** What the schemas that all dialects share may have read; undefined for a schema that is none of these. */
export function arbitraryOfCommon(schema: v.GenericSchema): fc.Arbitrary<unknown> | undefined {
  if (schema === peerId || schema === remotePeerId)
    return fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter(isRead(peerId));
  if (schema === appData || schema === clientAppData)
    return fc
      .dictionary(fc.string(), fc.jsonValue())
      .map((data) => JSON.parse(JSON.stringify(data)) as unknown)
      .filter((data) => parse(schema, data).ok);
  const { type, grammar, max = 0, pipe = [] } = schema as unknown as Part;
  const [least, most] = ['Expected >=', 'Expected <='].map((text) =>
    pipe.find(({ message }) => message?.startsWith(text))?.message?.slice(text.length),
  );
  if (least !== undefined && most !== undefined) return fc.integer({ min: Number(least), max: Number(most) });
  if (type === 'record')
    return fc.dictionary(
      fc.stringMatching(/^[a-z][a-z-]{0,20}$/),
      fc.oneof(fc.integer(), fc.stringMatching(/^[ -:<-~]{0,9}$/)),
      {
        maxKeys: 3,
        noNullPrototype: true,
      },
    );
  // Without its flag: small letters will do.
  if (grammar instanceof RegExp)
    return fc.stringMatching(new RegExp(grammar.source)).filter(({ length }) => length <= max);
  return undefined;
}
