import { EventEmitter } from 'eventemitter3';
import { keepRaw } from './keepRaw.ts';

export type Listener<Payload> = (payload: Payload) => unknown;

/** Payload object of each event, by event name. */
type EventsOf<Events> = { [Name in keyof Events]: object };

export interface EmitterOptions {
  /** Receives errors that listeners throw or reject with. Must not throw. Default: errors are dropped. */
  readonly onListenerError?: ((error: unknown, event: string) => void) | undefined;
  /** Called after listeners were added or removed, for a source that works only while there are listeners. */
  readonly onListenersChanged?: (() => void) | undefined;
  /** Called with the event of each added listener. */
  readonly onListenerAdded?: ((event: string) => void) | undefined;
  /** Creates the error for a listener that is not a function. Default: a `TypeError`. */
  readonly toListenerError?: ((event: string) => Error) | undefined;
}

/** Isolates one listener. eventemitter3 stores the registration instead of the listener. */
interface Registration {
  (payload: object): void;
  readonly listener: Listener<never>;
}

/**
 * Emits an event of `emitter` to its current listeners. Listeners that are added during the emit are not called. Returns false without
 * listeners. For the owner of the emitter: the objects that an app receives have no `emit`.
 */
export let emitOn: <Events extends EventsOf<Events>, Name extends keyof Events & string>(
  emitter: TypedEmitter<Events>,
  event: Name,
  payload: Events[Name],
) => boolean;

/**
 * eventemitter3 with typed events and isolated listeners: a listener that throws or rejects stops neither other listeners nor the emitter. Its
 * owner emits with `emitOn()`.
 */
export class TypedEmitter<Events extends EventsOf<Events>> {
  /** Lets TypeScript infer the events of a subclass. Missing at run time. @internal */
  declare protected readonly events?: Events;
  readonly #emitter = new EventEmitter();
  readonly #options: EmitterOptions;

  static {
    emitOn = (emitter, event, payload) => emitter.#emitter.emit(event, payload);
    keepRaw(this);
  }

  constructor(options: EmitterOptions = {}) {
    this.#options = options;
  }

  /** Calls `listener` for every `event`, in the order of registration. */
  on<Name extends keyof Events & string>(event: Name, listener: Listener<Events[Name]>): this {
    this.#add(event, listener);
    return this;
  }

  /** Calls `listener` for the next `event` only. */
  once<Name extends keyof Events & string>(event: Name, listener: Listener<Events[Name]>): this {
    this.#add(event, listener, true);
    return this;
  }

  /** Removes one registration of `listener`, if any. */
  off<Name extends keyof Events & string>(event: Name, listener: Listener<Events[Name]>): this {
    this.#remove(
      event,
      this.#registrations(event).find((registration) => registration.listener === listener),
    );
    return this;
  }

  /** Adds a listener like `on()`. Returns a function that removes it. */
  subscribe<Name extends keyof Events & string>(event: Name, listener: Listener<Events[Name]>): () => void {
    const registration = this.#add(event, listener);
    return () => {
      this.#remove(event, registration);
    };
  }

  /** Number of listeners of `event`, or of all events. */
  listenerCount(event?: keyof Events & string): number {
    const events = event === undefined ? this.eventNames() : [event];
    return events.reduce((count, name) => count + this.#emitter.listenerCount(name), 0);
  }

  /** Listeners of `event`, as the app passed them. */
  listeners<Name extends keyof Events & string>(event: Name): Listener<Events[Name]>[] {
    return this.#registrations(event).map(({ listener }) => listener as Listener<Events[Name]>);
  }

  /** Names of the events that have listeners. */
  eventNames(): (keyof Events & string)[] {
    return this.#emitter.eventNames() as (keyof Events & string)[];
  }

  /** Removes all listeners of `event`, or of all events. */
  removeAllListeners(event?: keyof Events & string): this {
    this.#emitter.removeAllListeners(event);
    this.#options.onListenersChanged?.();
    return this;
  }

  #registrations(event: string): Registration[] {
    return this.#emitter.listeners(event) as Registration[];
  }

  #add(event: string, listener: Listener<never>, isOnce = false): Registration {
    const { onListenerError, onListenersChanged, onListenerAdded, toListenerError } = this.#options;
    if (typeof listener !== 'function')
      throw toListenerError?.(event) ?? new TypeError(`the listener of '${event}' is not a function`);
    const call = (payload: object) => {
      // An earlier listener may have removed this one, or emitted the same event.
      if (isOnce && !this.#remove(event, registration)) return;
      try {
        const result = (listener as Listener<object>)(payload);
        if (result instanceof Promise) result.catch((error: unknown) => onListenerError?.(error, event));
      } catch (error) {
        onListenerError?.(error, event);
      }
    };
    const registration: Registration = Object.assign(call, { listener });
    this.#emitter.on(event, registration);
    onListenerAdded?.(event);
    onListenersChanged?.();
    return registration;
  }

  /** Returns false if the listener was already removed. */
  #remove(event: string, registration: Registration | undefined): boolean {
    if (registration === undefined || !this.#registrations(event).includes(registration)) return false;
    this.#emitter.off(event, registration);
    this.#options.onListenersChanged?.();
    return true;
  }
}
