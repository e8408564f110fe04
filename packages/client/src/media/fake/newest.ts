import { TureenError } from '../../shared/errors.ts';

/** The last of what is open, of a set in the order of opening; throws an `invalidState` where there is none. */
export function newest<T>(open: Iterable<T>, what: string): T {
  const last = [...open].at(-1);
  if (last === undefined) throw new TureenError('invalidState', `there is no open ${what}`);
  return last;
}
