import { MAX_EXTENSIONS, MAX_NAME_LENGTH } from './limits.ts';
import { array, fallback, pipe, string, transform, type Schema } from './schema/index.ts';

/** Reads the extensions that the other end announces, in the order of `known`. Skips unknown names. */
/* @__NO_SIDE_EFFECTS__ */
export function extensionsOf<Name extends string>(known: readonly Name[]): Schema<unknown, Name[]> {
  return pipe(
    array(fallback(string(MAX_NAME_LENGTH), ''), MAX_EXTENSIONS),
    transform((names) => known.filter((name) => names.includes(name))),
  );
}
