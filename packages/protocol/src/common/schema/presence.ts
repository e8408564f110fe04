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

/** Schema of a field that may be missing, and reads as a default then. */
export interface DefaultedSchema<Wrapped extends AnySchema> extends Schema<
  InferInput<Wrapped> | null | undefined,
  InferOutput<Wrapped>
> {
  readonly presence: 'defaulted';
  readonly wrapped: Wrapped;
}

/** Schema of a field that may be missing, and reads as `null` then. */
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
 * A field that may be missing, `undefined` or `null`; all three read as missing. The type is an exact optional field, as
 * mediasoup and mediasoup-client have it.
 */
/* @__NO_SIDE_EFFECTS__ */
export function optional<Wrapped extends AnySchema>(wrapped: Wrapped): OptionalSchema<Wrapped> {
  return optionalIf(isNullish, wrapped);
}

/** A field that may be missing or `undefined`, where `null` is a value like any other. */
/* @__NO_SIDE_EFFECTS__ */
export function undefinedOr<Wrapped extends AnySchema>(wrapped: Wrapped): OptionalSchema<Wrapped> {
  return optionalIf((value) => value === undefined, wrapped);
}

/** A field that reads as `other` where it is missing, `undefined` or `null`. `other` is a value, or a function that makes one. */
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

/** A value that may be `null`. */
/* @__NO_SIDE_EFFECTS__ */
export function nullable<Wrapped extends AnySchema>(
  wrapped: Wrapped,
): Schema<InferInput<Wrapped> | null, InferOutput<Wrapped> | null> {
  const { fastType, max } = wrapped;
  const read = (value: unknown) => (value === null ? value : (wrapped.read(value) as InferOutput<Wrapped>));
  return new Schema('nullable', read, { wrapped, fastType, max });
}

/** A field that reads as `instead` where it is missing or invalid. */
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
