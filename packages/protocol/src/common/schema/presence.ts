import { Fault } from './Fault.ts';
import { Schema, type AnySchema, type InferInput, type InferOutput } from './Schema.ts';

/** Schema of a field that may be missing. */
export interface OptionalSchema<Wrapped extends AnySchema> extends Schema<
  InferInput<Wrapped> | null | undefined,
  InferOutput<Wrapped> | undefined
> {
  readonly presence: 'optional';
  readonly wrapped: Wrapped;
}

/** Schema of a field that reads as a default if missing. */
export interface DefaultedSchema<Wrapped extends AnySchema> extends Schema<
  InferInput<Wrapped> | null | undefined,
  InferOutput<Wrapped>
> {
  readonly presence: 'defaulted';
  readonly wrapped: Wrapped;
}

/** Schema of a field that reads as `null` if missing. */
export interface NullDefaultSchema<Wrapped extends AnySchema> extends Schema<
  InferInput<Wrapped> | null | undefined,
  InferOutput<Wrapped> | null
> {
  readonly presence: 'defaulted';
  readonly wrapped: Wrapped;
}

/* @__NO_SIDE_EFFECTS__ */
function optionalIf<Wrapped extends AnySchema>(
  isMissing: (value: unknown) => boolean,
  wrapped: Wrapped,
): OptionalSchema<Wrapped> {
  const { fastType, max } = wrapped;
  const read = (value: unknown) => (isMissing(value) ? undefined : (wrapped.read(value) as InferOutput<Wrapped>));
  return Object.assign(
    new Schema<InferInput<Wrapped> | null | undefined, InferOutput<Wrapped> | undefined>('optional', read),
    { presence: 'optional', wrapped, fastType, max } as const,
  );
}

const isNullish = (value: unknown) => value === undefined || value === null;

/**
 * Field that may be missing, `undefined` or `null`. All three read as missing. The type is an exact optional field, as in mediasoup and
 * mediasoup-client.
 */
/* @__NO_SIDE_EFFECTS__ */
export function optional<Wrapped extends AnySchema>(wrapped: Wrapped): OptionalSchema<Wrapped> {
  return optionalIf(isNullish, wrapped);
}

/** Field that may be missing or `undefined`. `null` is an ordinary value. */
/* @__NO_SIDE_EFFECTS__ */
export function undefinedOr<Wrapped extends AnySchema>(wrapped: Wrapped): OptionalSchema<Wrapped> {
  return optionalIf((value) => value === undefined, wrapped);
}

/** Field that reads as `other` if missing, `undefined` or `null`. `other` is a value, or a function that creates one. */
/* @__NO_SIDE_EFFECTS__ */
export function withDefault<Wrapped extends AnySchema>(wrapped: Wrapped, other: null): NullDefaultSchema<Wrapped>;
/* @__NO_SIDE_EFFECTS__ */
export function withDefault<Wrapped extends AnySchema>(
  wrapped: Wrapped,
  other: InferInput<Wrapped> | (() => InferInput<Wrapped>),
): DefaultedSchema<Wrapped>;
/* @__NO_SIDE_EFFECTS__ */
export function withDefault<Wrapped extends AnySchema>(wrapped: Wrapped, other: unknown): NullDefaultSchema<Wrapped> {
  const { fastType, max } = wrapped;
  const read = (value: unknown) => {
    if (!isNullish(value)) return wrapped.read(value) as InferOutput<Wrapped>;
    const instead: unknown = typeof other === 'function' ? (other as () => unknown)() : other;
    return instead === null ? instead : (wrapped.read(instead) as InferOutput<Wrapped>);
  };
  return Object.assign(
    new Schema<InferInput<Wrapped> | null | undefined, InferOutput<Wrapped> | null>('defaulted', read),
    { presence: 'defaulted', wrapped, default: other, fastType, max } as const,
  );
}

/** Value that may be `null`. */
/* @__NO_SIDE_EFFECTS__ */
export function nullable<Wrapped extends AnySchema>(
  wrapped: Wrapped,
): Schema<InferInput<Wrapped> | null, InferOutput<Wrapped> | null> {
  const { fastType, max } = wrapped;
  const read = (value: unknown) => (value === null ? value : (wrapped.read(value) as InferOutput<Wrapped>));
  return new Schema('nullable', read, { wrapped, fastType, max });
}

/** Field that reads as `instead` if missing or invalid. */
/* @__NO_SIDE_EFFECTS__ */
export function fallback<Wrapped extends AnySchema, const Instead extends InferOutput<Wrapped>>(
  wrapped: Wrapped,
  instead: Instead,
): DefaultedSchema<Wrapped> {
  const { fastType, max } = wrapped;
  const read = (input: unknown) => {
    const value = wrapped.read(input);
    return value instanceof Fault ? instead : (value as InferOutput<Wrapped>);
  };
  return Object.assign(new Schema<InferInput<Wrapped> | null | undefined, InferOutput<Wrapped>>('fallback', read), {
    presence: 'defaulted',
    wrapped,
    fastType,
    max,
  } as const);
}
