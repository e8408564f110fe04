import { Fault } from './Fault.ts';
import { unknown } from './primitives.ts';
import { Schema, type AnySchema, type InferOutput, type Step } from './Schema.ts';

/** Step that returns the result of `operation`. */
/* @__NO_SIDE_EFFECTS__ */
export function transform<Input, Output>(operation: (input: Input) => Output): Step<Input, Output> {
  return { type: 'transform', read: operation };
}

/** Step that accepts a value if it passes `test`. With `fastType`, accepts every truthy value of that `typeof`. */
/* @__NO_SIDE_EFFECTS__ */
export function check<Value>(test: (value: Value) => boolean, message: string, fastType?: string): Step<Value, Value> {
  return { type: 'check', read: (value) => (test(value) ? value : new Fault(message)), message, fastType };
}

/** Accepts every text except the empty text. */
export const notEmpty = /* @__PURE__ */ check((text: string) => text !== '', 'Expected at least 1 character', 'string');

/** Reads with a schema, then passes the result through each step. */
export function pipe<Input, A, B>(first: Schema<Input, A>, b: Step<A, B>): Schema<Input, B>;
export function pipe<Input, A, B, C>(first: Schema<Input, A>, b: Step<A, B>, c: Step<B, C>): Schema<Input, C>;
export function pipe<Input, A, B, C, D>(
  ...steps: readonly [Schema<Input, A>, Step<A, B>, Step<B, C>, Step<C, D>]
): Schema<Input, D>;
export function pipe<Input, A, B, C, D, E>(
  ...steps: readonly [Schema<Input, A>, Step<A, B>, Step<B, C>, Step<C, D>, Step<D, E>]
): Schema<Input, E>;
export function pipe<Input, A, B, C, D, E, F>(
  ...steps: readonly [Schema<Input, A>, Step<A, B>, Step<B, C>, Step<C, D>, Step<D, E>, Step<E, F>]
): Schema<Input, F>;
/* @__NO_SIDE_EFFECTS__ */
export function pipe(first: AnySchema, ...rest: readonly Step<unknown, unknown>[]): AnySchema {
  const steps = [first, ...rest];
  const reads = steps.map(({ read }) => read);
  const { fastType, max } = first;
  const readOn = (value: unknown) => {
    for (const read of reads) {
      value = read(value);
      if (value instanceof Fault) break;
    }
    return value;
  };
  const isFast = steps.every((step) => step.fastType === fastType);
  return new Schema('pipe', readOn, { steps, max, fastType: isFast ? fastType : undefined });
}

/** Reads an object after `prepare` has rearranged it into a new one. Passes other values to `schema` unchanged. */
/* @__NO_SIDE_EFFECTS__ */
export function preprocess<Of extends AnySchema>(
  schema: Of,
  prepare: (fields: Readonly<Record<string, unknown>>) => unknown,
): Schema<unknown, InferOutput<Of>> {
  return pipe(
    unknown(),
    transform((input) => {
      if (typeof input !== 'object' || input === null) return input;
      try {
        return prepare(input as Record<string, unknown>);
      } catch {
        // `prepare` failed to convert a field to a text or number. `schema` names that field.
        return input;
      }
    }),
    schema as Schema<unknown, InferOutput<Of>>,
  );
}

/** Reads an object whose field `name` may also be called `alias`. `name` wins if both are present. */
/* @__NO_SIDE_EFFECTS__ */
export function withAlias<Of extends AnySchema>(
  schema: Of,
  alias: string,
  name: string,
): Schema<unknown, InferOutput<Of>> {
  return preprocess(schema, ({ [alias]: other, ...fields }) => ({ ...fields, [name]: fields[name] ?? other }));
}
