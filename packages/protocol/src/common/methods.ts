import { parse, type ParseResult } from './parse.ts';
import { empty, type AnySchema, type InferOutput } from './schema/index.ts';

// Functions that all dialects share for their tables of messages. Each call takes one table and is marked as pure, so that a bundle
// contains only the tables that it uses.

/** Data of a message of `Table` after reading. */
export type DataOf<
  Table extends Readonly<Record<keyof Table, { readonly request: AnySchema }>>,
  Method extends keyof Table,
> = InferOutput<Table[Method]['request']>;

/** Returns the predicate for the names of a table. */
/* @__NO_SIDE_EFFECTS__ */
export function isNameIn<Table extends object>(table: Table) {
  return (name: string): name is keyof Table & string => Object.hasOwn(table, name);
}

/**
 * Returns the function that maps a message name to its canonical name, and unknown names to themselves. For a name of `table`, it returns
 * the string of the table instead of the parsed one, so that later comparisons compare pointers.
 */
/* @__NO_SIDE_EFFECTS__ */
export function resolverOf(aliases: Readonly<Record<string, string>>, table: object = {}) {
  const known = new Map([...Object.keys(table).map((name) => [name, name] as const), ...Object.entries(aliases)]);
  return (name: string): string => known.get(name) ?? name;
}

/** Returns the function that reads the data of messages. `read` may unwrap the data first. */
/* @__NO_SIDE_EFFECTS__ */
export function requestReader<Table extends Readonly<Record<keyof Table, { readonly request: AnySchema }>>>(
  table: Table,
  read = parse,
) {
  return <Method extends keyof Table>(method: Method, data: unknown): ParseResult<DataOf<Table, Method>> =>
    read(table[method].request, data);
}

/** Returns the function that reads data by a record of schemas. `Data` has the types. Data without a schema reads as empty. */
/* @__NO_SIDE_EFFECTS__ */
export function dataReader<Data extends object>(
  schemas: Readonly<Partial<Record<keyof Data, AnySchema>>>,
  read = parse,
) {
  return <Method extends keyof Data>(method: Method, data: unknown) =>
    read(schemas[method] ?? empty, data) as ParseResult<Data[Method]>;
}
