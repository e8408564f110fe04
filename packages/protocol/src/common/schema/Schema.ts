import { Fault } from './Fault.ts';

// Reads incoming messages. Every page loads this code, and most messages pass through it. So a reading stops at the first fault, copies
// an object only if a field changes, and reports no more than `ParseIssue` needs.

/** One step of a reading: returns the value or the fault. A step of a pipe receives the result of the previous step. */
export interface Step<Input, Output> {
  readonly type: string;
  readonly read: (value: Input) => Output | Fault;
  /** Message of the fault, for a step that tests. */
  readonly message?: string | undefined;
  /** See {@link SchemaParts.fastType}. */
  readonly fastType?: string | undefined;
}

/** Allowed texts. A `RegExp` is a grammar. */
export interface Grammar {
  test(text: string): boolean;
}

/** Parts of a schema. Containers use `fastType`, `max` and `presence`. Tests and tools walk all parts. */
export interface SchemaParts {
  /** Default of a schema with {@link SchemaParts.presence} `defaulted`: a value, or a function that creates one. */
  readonly default?: unknown;
  /** Fields of an object. */
  readonly entries?: SchemaEntries;
  /** Every truthy value of this `typeof` with at most `max` characters is valid unchanged. Containers then skip the call. */
  readonly fastType?: string | undefined;
  readonly grammar?: Grammar | undefined;
  /** Schema of the items of an array. */
  readonly item?: AnySchema;
  /** Maximum characters of a text, items of an array or fields of an object, or the maximum number. */
  readonly max?: number | undefined;
  /** Minimum number. */
  readonly min?: number;
  /** Allowed texts. */
  readonly options?: readonly string[];
  /** Whether a field may be missing. `optional`: stays missing. `defaulted`: reads as its default. Unset: required. */
  readonly presence?: 'optional' | 'defaulted';
  /** Steps of a pipe. The first step is a schema. */
  readonly steps?: readonly Step<never, unknown>[];
  /** Schema of the value if present. */
  readonly wrapped?: AnySchema;
}

/**
 * Reads values of type `Output` from incoming data. `Input` is the type of the accepted values, as precisely as types can express.
 * Implements [Standard Schema](https://standardschema.dev), so that other libraries can use the schema too.
 */
export class Schema<Input, Output = Input> implements Step<unknown, Output>, SchemaParts {
  readonly type: string;
  /** Reads a value. Returns the first {@link Fault} instead of an invalid value. Never throws. */
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

/** Schema of any type. */
export type AnySchema = Schema<unknown>;

/** Fields of an object and their schemas. */
export type SchemaEntries = Readonly<Record<string, AnySchema>>;

/** Standard Schema interface, version 1. */
export interface StandardProps<Input, Output> {
  readonly version: 1;
  readonly vendor: 'tureen';
  readonly validate: (value: unknown) => StandardResult<Output>;
  /** For the compiler. Missing at run time. */
  readonly types?: { readonly input: Input; readonly output: Output };
}

/** A value, or its first fault. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly string[] }[] };

/** Type of the values that a schema accepts. */
export type InferInput<Of extends AnySchema> = NonNullable<Of['~standard']['types']>['input'];

/** Type of the values that a schema returns. */
export type InferOutput<Of extends AnySchema> = NonNullable<Of['~standard']['types']>['output'];
