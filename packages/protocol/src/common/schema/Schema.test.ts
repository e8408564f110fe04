import { describe, expect, expectTypeOf, it } from 'vitest';

import { entityId, parse, peerId } from '../index.ts';
import * as s from './index.ts';

const message = s.object({ id: entityId, peers: s.array(s.object({ peerId })), note: s.optional(s.string()) });

/** The Standard Schema 1.0 interface, copied from its specification. */
interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) =>
      | { readonly value: Output; readonly issues?: undefined }
      | {
          readonly issues: readonly { readonly message: string; readonly path?: readonly PropertyKey[] | undefined }[];
        };
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

describe('Schema', () => {
  it('returns the value with its unknown fields', () => {
    const data = { id: 'a', peers: [{ peerId: ' b ' }], note: null, more: 1 };

    expect(message.read(data)).toEqual({ id: 'a', peers: [{ peerId: 'b' }], more: 1 });
  });

  it('returns the first fault, with its path', () => {
    const wider = s.object({
      message: s.pipe(
        message,
        s.check(() => true, 'never'),
      ),
    });
    const fault = wider.read({ message: { id: 'a', peers: [{ peerId: 'b' }, { peerId: '' }] } });

    expect(fault).toBeInstanceOf(s.Fault);
    expect(fault).toEqual({ path: ['message', 'peers', '1', 'peerId'], message: 'Expected at least 1 character' });
  });

  it('lists its parts', () => {
    expect(Object.keys(message.entries)).toEqual(['id', 'peers', 'note']);
    expect(message.entries.peers).toMatchObject({ type: 'array', item: { type: 'object' } });
    expect(message.entries.note).toMatchObject({ type: 'optional', presence: 'optional', wrapped: { type: 'string' } });
  });

  it('removes keys that reach a prototype', () => {
    const data: unknown = JSON.parse(
      '{"id":"a","peers":[],"__proto__":{"x":1},"constructor":2,"prototype":3,"kept":4}',
    );
    const read = parse(message, data);

    expect(read.ok && Object.keys(read.value)).toEqual(['id', 'peers', 'kept']);
    expect(read.ok && Object.getPrototypeOf(read.value)).toBe(Object.prototype);
  });
});

describe('~standard', () => {
  const standard = message['~standard'];

  it('names Tureen as the vendor', () => {
    expect(standard).toMatchObject({ version: 1, vendor: 'tureen' });
  });

  it('validates a value', () => {
    expect(standard.validate({ id: 'a', peers: [] })).toEqual({ value: { id: 'a', peers: [] } });
  });

  it('reports an issue with its path', () => {
    expect(standard.validate({ id: 'a' })).toEqual({ issues: [{ message: 'Required', path: ['peers'] }] });
    expect(standard.validate({})).toEqual({ issues: [{ message: 'Required', path: ['id'] }] });
  });

  it('fits the interface of Standard Schema', () => {
    expectTypeOf(message).toExtend<StandardSchemaV1<s.InferInput<typeof message>, s.InferOutput<typeof message>>>();
    expectTypeOf<s.AnySchema>().toExtend<StandardSchemaV1>();
  });
});

describe('InferInput and InferOutput', () => {
  it('distinguish optional and required fields', () => {
    const schema = s.object({
      id: s.string(),
      label: s.optional(s.string()),
      data: s.undefinedOr(s.unknown()),
      paused: s.withDefault(s.boolean(), false),
      layer: s.withDefault(s.number(), null),
      type: s.fallback(s.picklist(['simple', 'svc']), 'simple'),
    });

    expect(schema.read({ id: 'a' })).toEqual({ id: 'a', paused: false, layer: null, type: 'simple' });
    expectTypeOf<s.InferOutput<typeof schema>>().toEqualTypeOf<{
      id: string;
      label?: string;
      data?: unknown;
      paused: boolean;
      layer: number | null;
      type: 'simple' | 'svc';
    }>();
    expectTypeOf<s.InferInput<typeof schema>>().toEqualTypeOf<{
      id: string;
      label?: string | null | undefined;
      data?: unknown;
      paused?: boolean | null | undefined;
      layer?: number | null | undefined;
      type?: 'simple' | 'svc' | null | undefined;
    }>();
  });

  it('infer lists, pipes and rearranged objects', () => {
    const list = s.array(s.object({ id: s.string() }));
    const length = s.pipe(
      s.string(),
      s.notEmpty,
      s.transform((text) => text.length),
    );
    const renamed = s.withAlias(s.object({ id: length }), 'peerId', 'id');

    expect(list.read([{ id: 'a' }])).toEqual([{ id: 'a' }]);
    expect(renamed.read({ peerId: 'abc' })).toEqual({ id: 3 });
    expectTypeOf<s.InferInput<typeof list>>().toEqualTypeOf<{ id: string }[]>();
    expectTypeOf<s.InferOutput<typeof list>>().toEqualTypeOf<{ id: string }[]>();
    expectTypeOf<s.InferInput<typeof length>>().toEqualTypeOf<string>();
    expectTypeOf<s.InferOutput<typeof length>>().toEqualTypeOf<number>();
    expectTypeOf<s.InferInput<typeof renamed>>().toEqualTypeOf<unknown>();
    expectTypeOf<s.InferOutput<typeof renamed>>().toEqualTypeOf<{ id: number }>();
  });

  it('reject a step and a default of another type at compile time', () => {
    const isPositive = s.check((value: number) => value > 0, 'Expected >0');
    // @ts-expect-error: a text is not a number.
    s.pipe(s.string(), isPositive);
    // @ts-expect-error: 1 is not a text.
    s.withDefault(s.string(), 1);
    // @ts-expect-error: `c` is not an option.
    s.fallback(s.picklist(['a', 'b']), 'c');
    // @ts-expect-error: unknown field.
    expectTypeOf<s.InferOutput<typeof message>['peer']>();
  });
});
