import { invalidArgument } from './invalidArgument.ts';

/** Serializes `value`. Throws `invalidArgument` for a value that JSON cannot represent; `name` becomes `argument`. */
export function toJson(value: unknown, name: string): string {
  let json: string | undefined;
  let cause: unknown;
  try {
    // Undefined for a function, a symbol, and where `toJSON()` returns undefined.
    json = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (json !== undefined) return json;
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  throw invalidArgument(name, 'Pass plain data.', `${name} cannot be written as JSON${why}`, cause);
}
