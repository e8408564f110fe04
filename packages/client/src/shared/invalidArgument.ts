import { TureenError } from './errors.ts';

/**
 * Creates the error for a wrong argument. `argument`: path of the argument, such as `codecOptions.opusPtime`, without `options.`
 * in front. `hint`: what to pass instead.
 */
export function invalidArgument(
  argument: string,
  hint: string,
  message = `${argument} is not valid`,
  cause?: unknown,
): TureenError {
  return new TureenError('invalidArgument', message, { argument, hint, cause });
}
