import { MAX_SERVER_TEXT_LENGTH } from '../limits.ts';
import { Fault, tooMany, wrongType } from './Fault.ts';
import { Schema, type AnySchema, type Grammar, type InferInput, type InferOutput } from './Schema.ts';
import { isUnsafeKey, withoutUnsafeKeys } from './unsafeKeys.ts';

/** True during a reading by {@link withoutGrammar}, which ignores grammars. */
let ignoresGrammar = false;

/**
 * Text of at most `max` characters that matches `grammar`. Checks the length first. Client messages set their own bound. The default is
 * for server messages.
 */
/* @__NO_SIDE_EFFECTS__ */
export function string(max = MAX_SERVER_TEXT_LENGTH, grammar?: Grammar, expected?: string): Schema<string> {
  const read = (value: unknown) => {
    if (typeof value !== 'string') return wrongType(value, 'string');
    if (value.length > max) return new Fault(`Expected at most ${max} characters`);
    return !grammar || ignoresGrammar || grammar.test(value) ? value : new Fault(`Expected ${expected}`);
  };
  return new Schema('string', read, { max, grammar, fastType: grammar ? undefined : 'string' });
}

/** Object of at most `max` fields with any names. `isValid` checks each field. */
/* @__NO_SIDE_EFFECTS__ */
export function record(
  isValid: (key: string, value: unknown) => boolean,
  expected: string,
  max: number,
): Schema<Record<string, unknown>> {
  const read = (input: unknown) => {
    if (typeof input !== 'object' || input === null) return wrongType(input, 'Object');
    const fields = input as Record<string, unknown>;
    let count = 0;
    let isSafe = true;
    for (const key in fields) {
      if (++count > max) return tooMany(max);
      if (isUnsafeKey(key)) isSafe = false;
      else if (!ignoresGrammar && !isValid(key, fields[key])) {
        const fault = new Fault(`Expected ${expected}`);
        // The fault does not repeat a name that could contain anything.
        return /^[\w-]{1,64}$/.test(key) ? fault.at(key) : fault;
      }
    }
    return isSafe ? fields : withoutUnsafeKeys(fields);
  };
  return new Schema('record', read, { max });
}

/**
 * The same schema without the grammars of its texts, for a list in which one invalid entry must not invalidate the others. The code that
 * uses an entry must check its grammar.
 */
/* @__NO_SIDE_EFFECTS__ */
export function withoutGrammar<Wrapped extends AnySchema>(
  wrapped: Wrapped,
): Schema<InferInput<Wrapped>, InferOutput<Wrapped>> {
  const read = (value: unknown) => {
    const before = ignoresGrammar;
    ignoresGrammar = true;
    try {
      return wrapped.read(value) as InferOutput<Wrapped>;
    } finally {
      ignoresGrammar = before;
    }
  };
  return new Schema('withoutGrammar', read, { wrapped });
}
