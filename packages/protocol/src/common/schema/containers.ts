import { MAX_LIST } from '../limits.ts';
import { Fault, tooMany, wrongType } from './Fault.ts';
import { Schema, type AnySchema, type InferInput, type InferOutput, type SchemaEntries } from './Schema.ts';
import { isUnsafeKey, withoutUnsafeKeys } from './unsafeKeys.ts';

/** Schema of a list. */
export interface ArraySchema<Item extends AnySchema> extends Schema<InferInput<Item>[], InferOutput<Item>[]> {
  readonly item: Item;
}

/** List of at most `max` items. Client messages set their own bound. The default is for server messages. */
/* @__NO_SIDE_EFFECTS__ */
export function array<Item extends AnySchema>(item: Item, max = MAX_LIST): ArraySchema<Item> {
  const readItem = item.read;
  const read = (input: unknown) => {
    if (!Array.isArray(input)) return wrongType(input, 'Array');
    if (input.length > max) return tooMany(max);
    let output: unknown[] = input;
    for (let index = 0; index < input.length; index++) {
      const value = readItem(input[index]);
      if (value === input[index]) continue;
      if (value instanceof Fault) return value.at(index);
      if (output === input) output = [...(input as unknown[])];
      output[index] = value;
    }
    return output as InferOutput<Item>[];
  };
  return Object.assign(new Schema<InferInput<Item>[], InferOutput<Item>[]>('array', read, { max }), { item });
}

type Simplify<Type> = { [Key in keyof Type]: Type[Key] } & {};

/** Type that an object schema accepts: fields with a default may be missing, optional fields may be missing or null. */
export type ObjectInput<Entries extends SchemaEntries> = Simplify<
  {
    -readonly [Key in keyof Entries as Entries[Key] extends { presence: string } ? never : Key]: InferInput<
      Entries[Key]
    >;
  } & {
    -readonly [Key in keyof Entries as Entries[Key] extends { presence: string } ? Key : never]?: InferInput<
      Entries[Key]
    >;
  }
>;

/** Type that an object schema returns. Unknown fields are kept but have no type, so a misspelled field does not compile. */
export type ObjectOutput<Entries extends SchemaEntries> = Simplify<
  {
    -readonly [Key in keyof Entries as Entries[Key] extends { presence: 'optional' } ? never : Key]: InferOutput<
      Entries[Key]
    >;
  } & {
    -readonly [Key in keyof Entries as Entries[Key] extends { presence: 'optional' } ? Key : never]?: Exclude<
      InferOutput<Entries[Key]>,
      undefined
    >;
  }
>;

/** Schema of an object. */
export interface ObjectSchema<Entries extends SchemaEntries> extends Schema<
  ObjectInput<Entries>,
  ObjectOutput<Entries>
> {
  readonly entries: Entries;
}

/** Object with at least these fields. Keeps unknown fields, because the other end may know them. */
/* @__NO_SIDE_EFFECTS__ */
export function object<Entries extends SchemaEntries>(entries: Entries): ObjectSchema<Entries> {
  const fields = Object.entries(entries).map(([key, { fastType, max, presence, read }]) => ({
    key,
    fastType,
    max,
    presence,
    read,
  }));
  const readFields = (input: unknown) => {
    if (typeof input !== 'object' || input === null) return wrongType(input, 'Object');
    // Copies only if a field changes.
    let output = (Array.isArray(input) ? { ...input } : input) as Record<string, unknown>;
    for (const key in input) if (isUnsafeKey(key)) output = withoutUnsafeKeys(input);
    for (const { key, fastType, max, presence, read } of fields) {
      const given = (input as Record<string, unknown>)[key];
      if (given && typeof given === fastType && (max === undefined || (given as string).length <= max)) continue;
      if (given === undefined && presence !== 'defaulted' && !(key in input)) {
        if (presence) continue;
        return new Fault('Required').at(key);
      }
      const value = read(given);
      if (value === given) continue;
      if (value instanceof Fault) return value.at(key);
      if (output === input) output = { ...input };
      output[key] = value;
    }
    return output as ObjectOutput<Entries>;
  };
  return Object.assign(new Schema<ObjectInput<Entries>, ObjectOutput<Entries>>('object', readFields), { entries });
}

/** Object with any fields. Keeps all fields. */
export const anyObject: Schema<Record<string, unknown>> = /* @__PURE__ */ object({});
