import { EventEmitter } from 'eventemitter3';

/** What can be listened to: names of events to the one object that each carries. */
export interface EventSource<Events extends { [K in keyof Events]: object }> {
  /** Calls `listener` at every `event`, in the order of registration; the answer undoes it. */
  on<K extends keyof Events & string>(event: K, listener: (payload: Events[K]) => void): () => void;
  /** Calls `listener` at the next `event` only; the answer undoes it. */
  once<K extends keyof Events & string>(event: K, listener: (payload: Events[K]) => void): () => void;
}

/**
 * eventemitter3, typed, and with listeners kept apart: one that throws stops neither the others nor whoever emitted, and is
 * handed to `onListenerError`.
 */
export class TypedEmitter<Events extends { [K in keyof Events]: object }> implements EventSource<Events> {
  readonly #emitter = new EventEmitter();
  readonly #onListenerError: (error: unknown, event: string) => void;

  constructor(onListenerError: (error: unknown, event: string) => void) {
    this.#onListenerError = onListenerError;
  }

  on<K extends keyof Events & string>(event: K, listener: (payload: Events[K]) => void): () => void {
    const isolated = (payload: Events[K]) => {
      try {
        listener(payload);
      } catch (error) {
        this.#onListenerError(error, event);
      }
    };
    this.#emitter.on(event, isolated);
    return () => {
      this.#emitter.off(event, isolated);
    };
  }

  once<K extends keyof Events & string>(event: K, listener: (payload: Events[K]) => void): () => void {
    const off = this.on(event, (payload) => {
      off();
      listener(payload);
    });
    return off;
  }

  /** Tells the listeners. For the owner. */
  emit<K extends keyof Events & string>(event: K, payload: Events[K]): void {
    this.#emitter.emit(event, payload);
  }

  /** How many listeners `event` has. */
  listenerCount(event: keyof Events & string): number {
    return this.#emitter.listenerCount(event);
  }

  /** Takes every listener off. */
  clear(): void {
    this.#emitter.removeAllListeners();
  }
}
