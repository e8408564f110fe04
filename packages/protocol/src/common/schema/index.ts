export {
  anyObject,
  array,
  object,
  type ArraySchema,
  type ObjectInput,
  type ObjectOutput,
  type ObjectSchema,
} from './containers.ts';
export { Fault } from './Fault.ts';
export { check, notEmpty, pipe, preprocess, transform, withAlias } from './pipe.ts';
export {
  fallback,
  nullable,
  optional,
  undefinedOr,
  withDefault,
  type DefaultedSchema,
  type NullDefaultSchema,
  type OptionalSchema,
} from './presence.ts';
export { boolean, custom, empty, literal, number, picklist, unknown } from './primitives.ts';
export {
  Schema,
  type AnySchema,
  type Grammar,
  type InferInput,
  type InferOutput,
  type SchemaEntries,
  type SchemaParts,
  type StandardProps,
  type StandardResult,
  type Step,
} from './Schema.ts';
export { record, string, withoutGrammar } from './texts.ts';
