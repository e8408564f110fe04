import { TypedEmitter as KernelEmitter } from '@tureen/kernel';
import { warnOfUnknownEvent } from './checks/development.ts';
import { invalidArgument } from './invalidArgument.ts';

export { type Listener, emitOn } from '@tureen/kernel';

/** Emitter of the room and its entities. A wrong argument throws a `TureenError`. */
export class TypedEmitter<Events extends { [Name in keyof Events]: object }> extends KernelEmitter<Events> {
  constructor(onListenerError?: (error: unknown, event: string) => void, onListenersChanged?: () => void) {
    super({
      onListenerError,
      onListenersChanged,
      onListenerAdded: (event) => {
        warnOfUnknownEvent(this, event, onListenerError);
      },
      toListenerError: (event) =>
        invalidArgument('listener', 'Pass a function.', `the listener of '${event}' is not a function`),
    });
  }
}
