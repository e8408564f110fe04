import { parse, type ParseResult } from './parse.ts';
import { empty, type AnySchema, type InferOutput } from './schema/index.ts';

// What every dialect does with its tables of messages. Each function is called on one table, and marked as pure where it is
// called, so that a bundle holds only the tables of which it uses something.

/** Data of a message of `Table`, as it is read. */
export type DataOf<
  Table extends Readonly<Record<keyof Table, { readonly request: AnySchema }>>,
  Method extends keyof Table,
> = InferOutput<Table[Method]['request']>;

/** Makes the predicate for the names of a table. */
/* @__NO_SIDE_EFFECTS__ */
export function isNameIn<Table extends object>(table: Table) {
  return (name: string): name is keyof Table & string => Object.hasOwn(table, name);
}

/**
 * Makes the function that returns the canonical name of a message, and unknown names unchanged. For a name of `table`, it returns
 * the string of the table rather than the parsed one, so that later comparisons compare pointers.
 */
/* @__NO_SIDE_EFFECTS__ */
export function resolverOf(aliases: Readonly<Record<string, string>>, table: object = {}) {
  const known = new Map([...Object.keys(table).map((name) => [name, name] as const), ...Object.entries(aliases)]);
  return (name: string): string => known.get(name) ?? name;
}

/** Makes the function that reads the data of messages. `read` may unwrap it first. */
/* @__NO_SIDE_EFFECTS__ */
export function requestReader<Table extends Readonly<Record<keyof Table, { readonly request: AnySchema }>>>(
  table: Table,
  read = parse,
) {
  return <Method extends keyof Table>(method: Method, data: unknown): ParseResult<DataOf<Table, Method>> =>
    read(table[method].request, data);
}

/** Makes the function that reads by a record of schemas; `Data` has the types. Without a schema, data reads as empty. */
/* @__NO_SIDE_EFFECTS__ */
export function dataReader<Data extends object>(
  schemas: Readonly<Partial<Record<keyof Data, AnySchema>>>,
  read = parse,
) {
  return <Method extends keyof Data>(method: Method, data: unknown) =>
    read(schemas[method] ?? empty, data) as ParseResult<Data[Method]>;
}
