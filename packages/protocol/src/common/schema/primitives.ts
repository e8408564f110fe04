import { Fault, wrongType } from './Fault.ts';
import { Schema, type SchemaParts } from './Schema.ts';

/* @__NO_SIDE_EFFECTS__ */
function guarded<Value>(
  type: string,
  isValue: (value: unknown) => value is Value,
  expected = type,
  parts?: SchemaParts,
): Schema<Value> {
  return new Schema(type, (value) => (isValue(value) ? value : wrongType(value, expected)), parts);
}

// One instance of each schema suffices, as they have no options.
// JSON has no NaN, but `1e999` parses as infinite.
const anyNumber = /* @__PURE__ */ guarded('number', (value): value is number => Number.isFinite(value));
const anyBoolean = /* @__PURE__ */ guarded('boolean', (value) => typeof value === 'boolean', 'boolean', {
  fastType: 'boolean',
});
const anyValue = /* @__PURE__ */ new Schema<unknown>('unknown', (value) => value);

/** Finite number. */
/* @__NO_SIDE_EFFECTS__ */
export function number(): Schema<number> {
  return anyNumber;
}

/* @__NO_SIDE_EFFECTS__ */
export function boolean(): Schema<boolean> {
  return anyBoolean;
}

/** Any value, unchecked. */
/* @__NO_SIDE_EFFECTS__ */
export function unknown(): Schema<unknown> {
  return anyValue;
}

/** Only this value. */
/* @__NO_SIDE_EFFECTS__ */
export function literal<const Value extends boolean>(only: Value): Schema<Value> {
  return guarded('literal', (value): value is Value => value === only, String(only));
}

/** One of at least two texts. */
/* @__NO_SIDE_EFFECTS__ */
export function picklist<const Option extends string>(options: readonly Option[]): Schema<Option> {
  const isOption = (value: unknown): value is Option => (options as readonly unknown[]).includes(value);
  return guarded('picklist', isOption, `("${options.join('" | "')}")`, { options });
}

/** Value that passes `test`. The caller asserts the type `Value`. `max` is the bound that the test applies. */
/* @__NO_SIDE_EFFECTS__ */
export function custom<Value>(test: (value: unknown) => boolean, message: string, max?: number): Schema<Value> {
  return new Schema('custom', (value) => (test(value) ? (value as Value) : new Fault(message)), { max });
}

/** No data: every value reads as `undefined`. */
export const empty = /* @__PURE__ */ new Schema<unknown, undefined>('empty', () => undefined);
