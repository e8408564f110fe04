import { EventEmitter } from 'eventemitter3';

type Listener = (...args: unknown[]) => void;

/**
 * Replaces the `events` package, Node's EventEmitter for browsers, with the methods that mediasoup-client and protoo-client call. Based on
 * eventemitter3, which the client contains anyway.
 */
export class NodeEmitter extends EventEmitter<Record<string, Listener>> {
  setMaxListeners(_limit: number): this {
    return this;
  }

  /** Throws the error of an `error` event without listeners, like Node. */
  override emit(event: string, ...args: unknown[]): boolean {
    const isHandled = super.emit(event, ...args);
    if (event === 'error' && !isHandled) throw args[0];
    return isHandled;
  }
}

export { NodeEmitter as EventEmitter };
