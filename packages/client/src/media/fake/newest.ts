import { TureenError } from '../../shared/errors.ts';

/** Returns the last open element of a set. Throws `invalidState` without one. */
export function newest<T>(open: Iterable<T>, what: string): T {
  const last = [...open].at(-1);
  if (last === undefined) throw new TureenError('invalidState', `there is no open ${what}`);
  return last;
}
