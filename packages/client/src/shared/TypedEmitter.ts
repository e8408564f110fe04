import { TureenError } from './errors.ts';

/** Names of events to the one object that each carries. */
export type EventMap = Record<string, object>;
export type Listener<Payload> = (payload: Payload) => unknown;

interface Registration {
  readonly event: string;
  readonly listener: Listener<never>;
  readonly once: boolean;
}

/**
 * An emitter whose events are typed as a map of name to payload, whose `subscribe` returns its own undo, and where a listener
 * that throws (or rejects) stops neither the listeners after it nor who emitted: it is handed to `onListenerError`.
 */
export class TypedEmitter<Events extends { [K in keyof Events]: object }> {
  /** Replaced, never changed, so that who walks it is not disturbed. */
  #registrations: readonly Registration[] = [];
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
    this.#remove(this.#of(event).find((entry) => entry.listener === listener));
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
    return this.#of(event).length;
  }

  /** Takes every listener off, of one event or of all. */
  removeAllListeners(event?: keyof Events & string): this {
    for (const entry of this.#of(event)) this.#remove(entry);
    return this;
  }

  /**
   * Tells those who listen now, whatever they do to the list. For the owner of the entity, not for the app.
   * @internal
   */
  emit<K extends keyof Events & string>(event: K, payload: Events[K]): boolean {
    let isHeard = false;
    for (const entry of this.#registrations) {
      if (entry.event !== event) continue;
      isHeard = true;
      // One of `once` may have heard of it already, where a listener before it emitted the same.
      if (!entry.once || this.#remove(entry)) this.#call(entry, payload);
    }
    return isHeard;
  }

  /**
   * Listeners came or went: for those that work only while somebody listens.
   * @internal
   */
  protected handleListeners(): void {
    // Nothing to do here.
  }

  #of(event?: string): Registration[] {
    return this.#registrations.filter((entry) => event === undefined || entry.event === event);
  }

  #add(event: string, listener: Listener<never>, once: boolean): this {
    if (typeof listener !== 'function') {
      throw new TureenError('invalidArgument', `the listener of '${event}' is not a function`, { hint: 'listener' });
    }
    this.#registrations = [...this.#registrations, { event, listener, once }];
    this.handleListeners();
    return this;
  }

  /** False where it is off already. */
  #remove(registration: Registration | undefined): boolean {
    const before = this.#registrations;
    this.#registrations = before.filter((entry) => entry !== registration);
    this.handleListeners();
    return this.#registrations.length < before.length;
  }

  #call({ event, listener }: Registration, payload: object): void {
    try {
      const result = (listener as Listener<object>)(payload);
      if (result instanceof Promise) result.catch((error: unknown) => this.#onListenerError?.(error, event));
    } catch (error) {
      this.#onListenerError?.(error, event);
    }
  }
}
