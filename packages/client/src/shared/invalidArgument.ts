import { TureenError } from './errors.ts';

/**
 * Makes the error for a wrong argument. `argument`: its path, such as `codecOptions.opusPtime`, without `options.` in front. `hint`:
 * what to pass instead.
 */
export function invalidArgument(
  argument: string,
  hint: string,
  message = `${argument} is not valid`,
  cause?: unknown,
): TureenError {
  return new TureenError('invalidArgument', message, { argument, hint, cause });
}
