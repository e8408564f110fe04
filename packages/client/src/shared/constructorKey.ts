import { TureenError } from './errors.ts';

/** Proves to a constructor that the SDK calls it. No entry point exports this value. */
export const constructorKey = Symbol('tureen');

/** Throws `invalidState` where an app constructs a class that only the SDK constructs. */
export function requireConstructorKey(key: unknown, className: string): void {
  if (key !== constructorKey)
    throw new TureenError('invalidState', `an app cannot call new ${className}()`, {
      hint: 'Get the object from a method or an event of the room.',
    });
}
