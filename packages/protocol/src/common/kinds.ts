import type * as v from 'valibot';

import { MAX_LIST, MAX_SERVER_TEXT_LENGTH } from './limits.ts';

export type { ExactOptionalSchema, GenericSchema, InferInput, InferOutput, ObjectEntries, ObjectSchema } from 'valibot';

// The kinds of schema that messages are made of, with valibot's names and types, and fit for whatever takes a schema of valibot:
// `~run` is its contract. Only what reads is our own: every page that speaks a dialect loads this, and most of what arrives passes
// through it, so it stops at the first fault, makes no object for a field, and says no more than `ParseIssue` needs.

/** What a reading comes to in place of a value: the first thing that is wrong, and where. */
export class Fault {
  readonly message: string;
  readonly path: string[] = [];

  constructor(message: string) {
    this.message = message;
  }

  /** It happened at `key` of what is being read. */
  at(key: string | number): this {
    this.path.unshift(String(key));
    return this;
  }
}

type Read = (value: unknown) => unknown;

/** Whether what is being read, at this moment, is read {@link loosely}. */
let isLoose = false;

/** Which texts belong in a place; a `RegExp` is one. */
export interface Grammar {
  test(text: string): boolean;
}

/** What a kind is made of, by valibot's names. */
interface Parts {
  readonly default?: unknown;
  readonly fallback?: unknown;
  readonly entries?: object;
  readonly grammar?: Grammar | undefined;
  readonly item?: v.GenericSchema;
  /** Most characters of a text, items of an array or fields of an object. */
  readonly max?: number | undefined;
  readonly message?: string;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly Kind[];
  /** Every truthy value of this `typeof`, and of `max` characters at most, reads as itself without a call. */
  readonly quick?: string | undefined;
  readonly wrapped?: v.GenericSchema;
}

class Kind {
  readonly type: string;
  readonly kind: string;
  readonly async = false;
  readonly '~read': Read;

  constructor(type: string, read: Read, parts?: Parts, kind = 'schema') {
    Object.assign(this, parts);
    this.type = type;
    this.kind = kind;
    this['~read'] = read;
  }

  get '~standard'() {
    return { version: 1, vendor: 'valibot', validate: (value: unknown) => this['~run']({ value }) };
  }

  '~run'(dataset: { value: unknown; typed?: boolean; issues?: object[] }): object {
    const { kind, type } = this;
    const input = dataset.value;
    const value = this['~read'](input);
    dataset.typed = !(value instanceof Fault);
    if (value instanceof Fault) {
      const path = value.path.map((key) => ({ type: 'unknown', origin: 'value', input, key }));
      const issue = { kind, type, input, message: value.message, path: path.length > 0 ? path : undefined };
      dataset.issues = [...(dataset.issues ?? []), issue];
    } else dataset.value = value;
    return dataset;
  }
}

/** How a schema reads, be it one of valibot's own. */
export function readOf(schema: v.GenericSchema): Read {
  if (schema instanceof Kind) return schema['~read'];
  return (value) => {
    const { issues, value: output } = schema['~run']({ value }, { abortEarly: true, abortPipeEarly: true });
    if (!issues) return output;
    const [{ message, input, expected, path = [] }] = issues;
    // Its own words would quote the value that was sent, which may be long or a secret.
    const fault = message.startsWith('Invalid ') ? wrong(input, expected ?? 'something else') : new Fault(message);
    fault.path.push(...path.map(({ key }) => String(key)));
    return fault;
  };
}

const quickOf = ({ quick, max }: Parts) => ({ quick, max });

const tooLong = (max: number) => new Fault(`Expected at most ${max} characters`);
const tooMany = (max: number) => new Fault(`Expected ${max} at most`);

const wrong = (value: unknown, expected: string) =>
  new Fault(value === undefined ? 'Required' : `Expected ${expected}`);

/* @__NO_SIDE_EFFECTS__ */
function tested(type: string, test: (value: unknown) => boolean, expected = type, parts?: Parts): Kind {
  return new Kind(type, (value) => (test(value) ? value : wrong(value, expected)), parts);
}

// Of these there is one each, as nothing more can be said of them.
// No JSON is not a number, but `1e999` is infinite.
const aNumber = /* @__PURE__ */ tested('number', Number.isFinite);
const aBoolean = /* @__PURE__ */ tested('boolean', (value) => typeof value === 'boolean', 'boolean', {
  quick: 'boolean',
});
const anything = /* @__PURE__ */ tested('unknown', () => true);

/**
 * A text of at most `max` characters that `grammar` matches. Messages of clients name their own bound, which is checked before
 * the grammar; the default is for messages of servers.
 */
/* @__NO_SIDE_EFFECTS__ */
export function string(max = MAX_SERVER_TEXT_LENGTH, grammar?: Grammar, expected?: string): v.StringSchema<undefined> {
  const read: Read = (value) => {
    if (typeof value !== 'string') return wrong(value, 'string');
    if (value.length > max) return tooLong(max);
    return !grammar || isLoose || grammar.test(value) ? value : new Fault(`Expected ${expected}`);
  };
  return new Kind('string', read, { max, grammar, quick: grammar ? undefined : 'string' }) as never;
}

/* @__NO_SIDE_EFFECTS__ */
export function number(): v.NumberSchema<undefined> {
  return aNumber as never;
}

/* @__NO_SIDE_EFFECTS__ */
export function boolean(): v.BooleanSchema<undefined> {
  return aBoolean as never;
}

/* @__NO_SIDE_EFFECTS__ */
export function unknown(): v.UnknownSchema {
  return anything as never;
}

/* @__NO_SIDE_EFFECTS__ */
export function literal<const Value extends boolean>(only: Value): v.LiteralSchema<Value, undefined> {
  return tested('literal', (value) => value === only, String(only)) as never;
}

/** One of these texts, of which there are at least two. */
/* @__NO_SIDE_EFFECTS__ */
export function picklist<const Options extends readonly string[]>(
  options: Options,
): v.PicklistSchema<Options, undefined> {
  const isOne = (value: unknown) => options.includes(value as string);
  return tested('picklist', isOne, `("${options.join('" | "')}")`, { options }) as never;
}

/** `max`: what of it the test bounds. */
/* @__NO_SIDE_EFFECTS__ */
export function custom<Value>(
  test: (value: unknown) => boolean,
  message: string,
  max?: number,
): v.CustomSchema<Value, string> {
  return new Kind('custom', (value) => (test(value) ? value : new Fault(message)), { max }) as never;
}

/** At most `max` of these; lists of a client's message name their own bound. */
/* @__NO_SIDE_EFFECTS__ */
export function array<const Item extends v.GenericSchema>(item: Item, max = MAX_LIST): v.ArraySchema<Item, undefined> {
  const read = readOf(item);
  const readAll: Read = (input) => {
    if (!Array.isArray(input)) return wrong(input, 'Array');
    if (input.length > max) return tooMany(max);
    let output: unknown[] = input;
    for (let index = 0; index < input.length; index++) {
      const value = read(input[index]);
      if (value === input[index]) continue;
      if (value instanceof Fault) return value.at(index);
      if (output === input) output = [...(input as unknown[])];
      output[index] = value;
    }
    return output;
  };
  return new Kind('array', readAll, { item, max }) as never;
}

/** Whether an object's prototype can be reached by it. */
const isUnsafe = (key: string) => key === '__proto__' || key === 'prototype' || key === 'constructor';

const withoutUnsafeKeys = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !isUnsafe(key)));

/** An object with these fields at least; others are kept. */
/* @__NO_SIDE_EFFECTS__ */
export function looseObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.LooseObjectSchema<Entries, undefined> {
  const fields = Object.entries(entries).map(([key, entry]) => {
    const schema = entry as v.GenericSchema & Parts;
    return {
      key,
      ...quickOf(schema),
      read: readOf(schema),
      isOptional: /optional|nullish/.test(schema.type),
      hasDefault: schema.default !== undefined || schema.fallback !== undefined,
    };
  });
  const readFields: Read = (input) => {
    if (typeof input !== 'object' || input === null) return wrong(input, 'Object');
    // Copied only where something is read as something else.
    let output = (Array.isArray(input) ? { ...input } : input) as Record<string, unknown>;
    for (const key in input) if (isUnsafe(key)) output = withoutUnsafeKeys(input);
    for (const { key, quick, max, read, isOptional, hasDefault } of fields) {
      const given = (input as Record<string, unknown>)[key];
      if (given && typeof given === quick && (max === undefined || (given as string).length <= max)) continue;
      if (given === undefined && !hasDefault && !(key in input)) {
        if (isOptional) continue;
        return new Fault('Required').at(key);
      }
      const value = read(given);
      if (value === given) continue;
      if (value instanceof Fault) return value.at(key);
      if (output === input) output = { ...input };
      output[key] = value;
    }
    return output;
  };
  return new Kind('loose_object', readFields, { entries }) as never;
}

/** An object of at most `max` fields, whatever their names, of which `isFit` says that each belongs there. */
/* @__NO_SIDE_EFFECTS__ */
export function record(
  isFit: (key: string, value: unknown) => boolean,
  expected: string,
  max: number,
): v.GenericSchema<Record<string, unknown>> {
  const readFields: Read = (input) => {
    if (typeof input !== 'object' || input === null) return wrong(input, 'Object');
    let count = 0;
    let isSafe = true;
    for (const key in input) {
      if (++count > max) return tooMany(max);
      if (isUnsafe(key)) isSafe = false;
      else if (!isLoose && !isFit(key, (input as Record<string, unknown>)[key])) {
        const fault = new Fault(`Expected ${expected}`);
        // A name that could be anything is not repeated.
        return /^[\w-]{1,64}$/.test(key) ? fault.at(key) : fault;
      }
    }
    return isSafe ? input : withoutUnsafeKeys(input);
  };
  return new Kind('record', readFields, { max }) as never;
}

/**
 * The same schema without the grammars of its texts: for a list in which one bad entry is not to cost the others. Whoever
 * hands them on checks them.
 */
/* @__NO_SIDE_EFFECTS__ */
export function loosely<Schema extends v.GenericSchema>(schema: Schema): Schema {
  const read = readOf(schema);
  const readLoosely: Read = (value) => {
    const before = isLoose;
    isLoose = true;
    try {
      return read(value);
    } finally {
      isLoose = before;
    }
  };
  return new Kind(schema.type, readLoosely, { ...(schema as Parts) }) as never;
}

/* @__NO_SIDE_EFFECTS__ */
function absent(type: string, wrapped: v.GenericSchema, isAbsent: (value: unknown) => boolean, other?: unknown): Kind {
  const read = readOf(wrapped);
  const readOrDefault: Read = (value) => {
    if (!isAbsent(value)) return read(value);
    const instead: unknown = typeof other === 'function' ? (other as () => unknown)() : other;
    if (instead === undefined) return value;
    return isAbsent(instead) ? instead : read(instead);
  };
  return new Kind(type, readOrDefault, { wrapped, default: other, ...quickOf(wrapped as Parts) });
}

const isNullish = (value: unknown) => value === undefined || value === null;

/** Missing, `undefined` or `null` reads as `other`, or else as what `other` makes. */
/* @__NO_SIDE_EFFECTS__ */
export function nullish<
  Wrapped extends v.GenericSchema,
  const Other extends v.NullishSchema<Wrapped, undefined>['default'] | v.Default<Wrapped, null | undefined>,
>(wrapped: Wrapped, other: Other): v.NullishSchema<Wrapped, Other> {
  return absent('nullish', wrapped, isNullish, other) as never;
}

/* @__NO_SIDE_EFFECTS__ */
export function optional<Wrapped extends v.GenericSchema>(wrapped: Wrapped): v.OptionalSchema<Wrapped, undefined> {
  return absent('optional', wrapped, (value) => value === undefined) as never;
}

/* @__NO_SIDE_EFFECTS__ */
export function nullable<Wrapped extends v.GenericSchema>(wrapped: Wrapped): v.NullableSchema<Wrapped, undefined> {
  return absent('nullable', wrapped, (value) => value === null) as never;
}

/** A field that may be missing, `undefined` or `null`; all three read as missing. */
/* @__NO_SIDE_EFFECTS__ */
export function exactOptional<Wrapped extends v.GenericSchema>(
  wrapped: Wrapped,
): v.ExactOptionalSchema<Wrapped, undefined> {
  const read = readOf(wrapped);
  return new Kind('exact_optional', (value) => (isNullish(value) ? undefined : read(value)), {
    wrapped,
    ...quickOf(wrapped as Parts),
  }) as never;
}

/** What cannot be read, or is missing, reads as `instead`. */
/* @__NO_SIDE_EFFECTS__ */
export function fallback<Schema extends v.GenericSchema, const Instead extends v.Fallback<Schema>>(
  schema: Schema,
  instead: Instead,
): v.SchemaWithFallback<Schema, Instead> {
  const read = readOf(schema);
  const readOrNot: Read = (input) => {
    const value = read(input);
    return value instanceof Fault ? instead : value;
  };
  return new Kind(schema.type, readOrNot, { ...schema, fallback: instead }) as never;
}

/* @__NO_SIDE_EFFECTS__ */
export function transform<Input, Output>(operation: (input: Input) => Output): v.TransformAction<Input, Output> {
  return new Kind('transform', operation as Read, undefined, 'transformation') as never;
}

/* @__NO_SIDE_EFFECTS__ */
export function check<Input>(
  test: (input: Input) => boolean,
  message: string,
  quick?: string,
): v.CheckAction<Input, string> {
  const read: Read = (value) => (test(value as Input) ? value : new Fault(message));
  return new Kind('check', read, { message, quick }, 'validation') as never;
}

/* @__NO_SIDE_EFFECTS__ */
function pipeOf(...pipe: Kind[]): Kind {
  const [first] = pipe as [Kind];
  const reads = pipe.map((item) => readOf(item as never));
  const readOn: Read = (value) => {
    for (const read of reads) {
      value = read(value);
      if (value instanceof Fault) break;
    }
    return value;
  };
  const { quick } = first as Parts;
  const isQuick = pipe.every((item) => (item as Parts).quick === quick);
  return new Kind(first.type, readOn, { ...first, pipe, quick: isQuick ? quick : undefined });
}

/** One after the other, each of what the one before it came to. */
export const pipe = pipeOf as unknown as typeof v.pipe;

/** The same schema; what passes `test` is known to read as itself. For what arrives often, and would pass through many hands. */
/* @__NO_SIDE_EFFECTS__ */
export function quickly<Schema extends v.GenericSchema>(schema: Schema, test: (value: unknown) => boolean): Schema {
  const read = readOf(schema);
  return new Kind(schema.type, (value) => (test(value) ? value : read(value)), { ...(schema as Parts) }) as never;
}
