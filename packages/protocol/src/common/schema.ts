import * as v from 'valibot';

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
  return v.exactOptional(
    v.pipe(
      v.nullish(schema),
      v.transform((value) => value ?? undefined),
    ),
  ) as unknown as v.ExactOptionalSchema<Schema, undefined>;
}

/**
 * Reads an object in which a field goes by another name, as `{ theirs: 'ours' }`. Ours wins where both are there.
 * `prepare` may rearrange what renaming alone does not reach; it is given a copy.
 */
/* @__NO_SIDE_EFFECTS__ */
export function renamed<Schema extends v.GenericSchema>(
  schema: Schema,
  names: Readonly<Record<string, string>>,
  prepare?: (fields: Record<string, unknown>) => unknown,
): v.GenericSchema<unknown, v.InferOutput<Schema>> {
  return v.pipe(
    v.looseObject({}),
    v.transform((input): unknown => {
      const { ...fields }: Record<string, unknown> = input;
      for (const [theirs, ours] of Object.entries(names)) {
        fields[ours] ??= fields[theirs];
        delete fields[theirs];
      }
      return prepare ? prepare(fields) : fields;
    }),
    schema as v.GenericSchema<unknown, v.InferOutput<Schema>>,
  );
}

/** An integer from 0 to 2^32-1, as the worker counts. */
export const uint32 = v.pipe(v.number(), v.integer('Expected integer'), v.minValue(0), v.maxValue(0xffffffff));

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
