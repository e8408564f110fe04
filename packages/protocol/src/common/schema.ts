import * as v from './kinds.ts';

/**
 * An object with these fields at least. Unknown fields are kept, as the other end may know them, but the inferred type
 * names the known ones only, so that a misspelt field is a compile error.
 */
/* @__NO_SIDE_EFFECTS__ */
export function shape<const Entries extends v.ObjectEntries>(entries: Entries): v.ObjectSchema<Entries, undefined> {
  return v.looseObject(entries) as unknown as v.ObjectSchema<Entries, undefined>;
}

/**
 * A field that may be missing, `undefined` or `null`; all three read as missing. The type is that of an exact optional
 * field, which is what mediasoup and mediasoup-client take.
 */
/* @__NO_SIDE_EFFECTS__ */
export function maybe<Schema extends v.GenericSchema>(schema: Schema): v.ExactOptionalSchema<Schema, undefined> {
  return v.exactOptional(schema);
}

/** Reads an object after `prepare` has rearranged it. `prepare` returns a new object; what is none reaches `schema`. */
/* @__NO_SIDE_EFFECTS__ */
export function prepared<Schema extends v.GenericSchema>(
  schema: Schema,
  prepare: (fields: Readonly<Record<string, unknown>>) => unknown,
): v.GenericSchema<unknown, v.InferOutput<Schema>> {
  return v.pipe(
    v.unknown(),
    v.transform((input) => {
      if (typeof input !== 'object' || input === null) return input;
      try {
        return prepare(input as Record<string, unknown>);
      } catch {
        // A field that cannot be made a text or a number: `schema` names it.
        return input;
      }
    }),
    schema as v.GenericSchema<unknown, v.InferOutput<Schema>>,
  );
}

/** Reads an object in which the field `ours` goes by the name `theirs` too. Ours wins where both are there. */
/* @__NO_SIDE_EFFECTS__ */
export function renamed<Schema extends v.GenericSchema>(
  schema: Schema,
  theirs: string,
  ours: string,
): v.GenericSchema<unknown, v.InferOutput<Schema>> {
  return prepared(schema, ({ [theirs]: other, ...fields }) => ({ ...fields, [ours]: fields[ours] ?? other }));
}

/** A number without fraction, within these bounds. */
/* @__NO_SIDE_EFFECTS__ */
export function integer(min: number, max: number) {
  return v.quickly(
    v.pipe(
      v.number(),
      v.check((value: number) => Number.isInteger(value), 'Expected integer'),
      v.check((value) => value >= min, `Expected >=${String(min)}`),
      v.check((value) => value <= max, `Expected <=${String(max)}`),
    ),
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  );
}

/** An integer from 0 to 2^32-1, as the worker counts. */
export const uint32 = /* @__PURE__ */ integer(0, 0xffffffff);
/** An integer from 0 to 255. */
export const byte = /* @__PURE__ */ integer(0, 0xff);
/** A payload type of RTP: 0 to 127. */
export const payloadType = /* @__PURE__ */ integer(0, 127);

/** For a pipe: refuses the empty text. */
export const notEmpty = v.check((text: string) => text !== '', 'Expected at least 1 character', 'string');

/** An object whose fields nobody names; all are kept. */
export const anyFields: v.GenericSchema<Record<string, unknown>> = v.looseObject({});

/** A message without fields: whatever came reads as `undefined`. */
export const nothing: v.GenericSchema<unknown, undefined> = v.pipe(
  v.unknown(),
  v.transform(() => undefined),
);

/**
 * What may be given to be written where `Data` is what is read: an optional field may be `undefined` (JSON leaves it
 * out), and nothing need be mutable.
 */
export type Written<Data> = Data extends readonly (infer Item)[]
  ? readonly Written<Item>[]
  : Data extends object
    ? {
        readonly [Key in keyof Data]:
          Written<Data[Key]> | (Partial<Pick<Data, Key>> extends Pick<Data, Key> ? undefined : never);
      }
    : Data;
