import type * as v from 'valibot';

import { parse, type ParseResult } from './parse.ts';
import { nothing } from './schema.ts';

// What every dialect does with its tables of messages. Each is called on one table, and marked as pure where it is called,
// so that a bundle holds only the tables of which it uses something.

/** Tells whether a table has a message of that name. */
/* @__NO_SIDE_EFFECTS__ */
export function isNameIn<Table extends object>(table: Table) {
  return (name: string): name is keyof Table & string => Object.hasOwn(table, name);
}

/**
 * Turns other names of a message into the one by which the tables know it; a name that is no alias comes back as it is. A name of
 * `table` comes back as the table's own text, not the one that was parsed: whatever compares it next compares pointers.
 */
/* @__NO_SIDE_EFFECTS__ */
export function resolverOf(aliases: Readonly<Record<string, string>>, table: object = {}) {
  const known = new Map([...Object.keys(table).map((name) => [name, name] as const), ...Object.entries(aliases)]);
  return (name: string): string => known.get(name) ?? name;
}

/** Reads the data of messages. `read` may take it out of what it came in. */
/* @__NO_SIDE_EFFECTS__ */
export function requestReader<Table extends Readonly<Record<keyof Table, { readonly request: v.GenericSchema }>>>(
  table: Table,
  read = parse,
) {
  return <Method extends keyof Table>(
    method: Method,
    data: unknown,
  ): ParseResult<v.InferOutput<Table[Method]['request']>> => read(table[method].request, data);
}

/** Reads answers, of which `Answers` has the types; as nothing, where there is no schema. */
/* @__NO_SIDE_EFFECTS__ */
export function answerReader<Answers extends object>(
  schemas: Readonly<Partial<Record<keyof Answers, v.GenericSchema>>>,
  read = parse,
) {
  return <Method extends keyof Answers>(method: Method, data: unknown) =>
    read(schemas[method] ?? nothing, data) as ParseResult<Answers[Method]>;
}
