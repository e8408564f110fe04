import { EventEmitter } from 'eventemitter3';
import { TureenError } from './errors.ts';

/** Names of events to the one object that each carries. */
export type EventMap = Record<string, object>;
export type Listener<Payload> = (payload: Payload) => unknown;

interface Registration {
  readonly event: string;
  readonly listener: Listener<never>;
  readonly isolated: (payload: object) => void;
}

/**
 * eventemitter3 with three additions: events are typed as a map of name to payload, `subscribe` returns its own undo, and a
 * listener that throws (or rejects) stops neither the listeners after it nor who emitted: it is handed to `onListenerError`.
 */
export class TypedEmitter<Events extends { [K in keyof Events]: object }> {
  readonly #emitter = new EventEmitter();
  #registrations: Registration[] = [];
  /** Hears of each listener that failed. Must not throw. */
  readonly #onListenerError: ((error: unknown, event: string) => void) | undefined;

  constructor(onListenerError?: (error: unknown, event: string) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Calls `listener` at every `event`, in the order of registration. */
  on<K extends keyof Events & string>(event: K, listener: Listener<Events[K]>): this {
    return this.#add(event, listener, false);
  }

  /** Calls `listener` at the next `event` only. */
  once<K extends keyof Events & string>(event: K, listener: Listener<Events[K]>): this {
    return this.#add(event, listener, true);
  }

  /** Takes `listener` off; unknown ones are ignored. */
  off<K extends keyof Events & string>(event: K, listener: Listener<Events[K]>): this {
    const index = this.#registrations.findIndex((entry) => entry.event === event && entry.listener === listener);
    const found = this.#registrations[index];
    if (found !== undefined) this.#remove(found);
    return this;
  }

  /** As `on`, and returns what undoes it. */
  subscribe<K extends keyof Events & string>(event: K, listener: Listener<Events[K]>): () => void {
    this.on(event, listener);
    return () => {
      this.off(event, listener);
    };
  }

  /** How many listeners `event` has, or all events together. */
  listenerCount(event?: keyof Events & string): number {
    return event === undefined ? this.#registrations.length : this.#emitter.listenerCount(event);
  }

  /** Takes every listener off, of one event or of all. */
  removeAllListeners(event?: keyof Events & string): this {
    for (const entry of this.#registrations.filter((one) => event === undefined || one.event === event))
      this.#remove(entry);
    return this;
  }

  /**
   * Tells the listeners. For the owner of the entity, not for the app.
   * @internal
   */
  emit<K extends keyof Events & string>(event: K, payload: Events[K]): boolean {
    return this.#emitter.emit(event, payload);
  }

  #add(event: string, listener: Listener<never>, once: boolean): this {
    if (typeof listener !== 'function') {
      throw new TureenError('invalidArgument', `the listener of '${event}' is not a function`, { hint: 'listener' });
    }
    const registration: Registration = {
      event,
      listener,
      isolated: (payload) => {
        if (once) this.#remove(registration);
        this.#call(event, listener as Listener<object>, payload);
      },
    };
    this.#registrations.push(registration);
    this.#emitter.on(event, registration.isolated);
    return this;
  }

  #remove(registration: Registration): void {
    this.#registrations = this.#registrations.filter((entry) => entry !== registration);
    this.#emitter.off(registration.event, registration.isolated);
  }

  #call(event: string, listener: Listener<object>, payload: object): void {
    try {
      const result = listener(payload);
      if (result instanceof Promise) result.catch((error: unknown) => this.#onListenerError?.(error, event));
    } catch (error) {
      this.#onListenerError?.(error, event);
    }
  }
}
