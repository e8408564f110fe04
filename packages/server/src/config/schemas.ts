import * as v from 'valibot';

export const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'));
export const optionalText = v.optional(text);
export const flag = v.boolean('must be true or false');
export const oneOf = <const T extends readonly string[]>(values: T) =>
  v.picklist(values, `must be one of ${values.join(', ')}`);

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> {
  const message =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number, ${String(min)} or more`
      : `must be a whole number from ${String(min)} to ${String(max)}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

/** Time that fits Node's timers. */
export const milliseconds = (min: number) => integer(min, 2 ** 31 - 1);
