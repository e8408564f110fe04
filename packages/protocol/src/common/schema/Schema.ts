import { Fault } from './Fault.ts';

// Reads what arrives on the wire. Every page that speaks a dialect loads this, and most messages pass through it. So a reading
// stops at the first fault, copies an object only where a field changes, and reports no more than `ParseIssue` needs.

/** One step of a reading: returns the value it reads, or the fault. A step of a pipe gets what the step before it returned. */
export interface Step<Input, Output> {
  readonly type: string;
  readonly read: (value: Input) => Output | Fault;
  /** Message of the fault, of a step that tests. */
  readonly message?: string | undefined;
  /** See {@link SchemaParts.fastType}. */
  readonly fastType?: string | undefined;
}

/** Texts that are allowed in a place; a `RegExp` is one. */
export interface Grammar {
  test(text: string): boolean;
}

/** What a schema is made of. Containers read by `fastType`, `max` and `presence`; tests and tools walk all parts. */
export interface SchemaParts {
  /** Default of a schema that {@link SchemaParts.presence} calls `defaulted`: a value, or a function that makes one. */
  readonly default?: unknown;
  /** Fields of an object. */
  readonly entries?: SchemaEntries;
  /** Every truthy value of this `typeof`, with at most `max` characters, reads as itself. Containers skip the call then. */
  readonly fastType?: string | undefined;
  readonly grammar?: Grammar | undefined;
  /** Schema of the items of an array. */
  readonly item?: AnySchema;
  /** Most characters of a text, items of an array, fields of an object; the largest number. */
  readonly max?: number | undefined;
  /** The smallest number. */
  readonly min?: number;
  /** Texts to choose from. */
  readonly options?: readonly string[];
  /** Whether a field may be missing: `optional` stays missing, `defaulted` reads as its default. Required if unset. */
  readonly presence?: 'optional' | 'defaulted';
  /** Steps of a pipe, of which the first is a schema. */
  readonly steps?: readonly Step<never, unknown>[];
  /** Schema of the value where it is there. */
  readonly wrapped?: AnySchema;
}

/**
 * Reads values of type `Output` from what arrives. `Input` is the type of the values that it accepts, as far as types can
 * say it. Implements [Standard Schema](https://standardschema.dev), so that other libraries can read by it too.
 */
export class Schema<Input, Output = Input> implements Step<unknown, Output>, SchemaParts {
  readonly type: string;
  /** Reads a value. Returns the first {@link Fault} in place of the value; never throws. */
  readonly read: (value: unknown) => Output | Fault;

  declare readonly default?: unknown;
  declare readonly entries?: SchemaEntries;
  declare readonly fastType?: string | undefined;
  declare readonly grammar?: Grammar | undefined;
  declare readonly item?: AnySchema;
  declare readonly max?: number | undefined;
  declare readonly min?: number;
  declare readonly options?: readonly string[];
  declare readonly presence?: 'optional' | 'defaulted';
  declare readonly steps?: readonly Step<never, unknown>[];
  declare readonly wrapped?: AnySchema;

  constructor(type: string, read: (value: unknown) => Output | Fault, parts?: SchemaParts) {
    this.type = type;
    this.read = read;
    Object.assign(this, parts);
  }

  get '~standard'(): StandardProps<Input, Output> {
    return {
      version: 1,
      vendor: 'tureen',
      validate: (input) => {
        const value = this.read(input);
        return value instanceof Fault ? { issues: [value] } : { value };
      },
    };
  }
}

/** Any schema, whatever it reads. */
export type AnySchema = Schema<unknown>;

/** Fields of an object and their schemas. */
export type SchemaEntries = Readonly<Record<string, AnySchema>>;

/** The interface of Standard Schema, version 1. */
export interface StandardProps<Input, Output> {
  readonly version: 1;
  readonly vendor: 'tureen';
  readonly validate: (value: unknown) => StandardResult<Output>;
  /** For the compiler; never there at run time. */
  readonly types?: { readonly input: Input; readonly output: Output };
}

/** A value, or the first thing that is wrong. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly string[] }[] };

/** The type of the values that a schema accepts. */
export type InferInput<Of extends AnySchema> = NonNullable<Of['~standard']['types']>['input'];

/** The type of the values that a schema returns. */
export type InferOutput<Of extends AnySchema> = NonNullable<Of['~standard']['types']>['output'];
