import { TypedEmitter as KernelEmitter } from '@tureen/kernel';
import { TureenError } from './errors.ts';

export { type Listener, emitOn } from '@tureen/kernel';

/** The emitter that the room and its entities extend: argument errors are a `TureenError`. */
export class TypedEmitter<Events extends { [Name in keyof Events]: object }> extends KernelEmitter<Events> {
  constructor(onListenerError?: (error: unknown, event: string) => void, onListenersChanged?: () => void) {
    super({
      onListenerError,
      onListenersChanged,
      toListenerError: (event) =>
        new TureenError('invalidArgument', `the listener of '${event}' is not a function`, { argument: 'listener' }),
    });
  }
}
