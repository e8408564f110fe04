import { EventEmitter } from 'eventemitter3';

type Listener = (...args: unknown[]) => void;

/**
 * Stands in for the `events` package, which brings Node's EventEmitter to browsers, with the methods that mediasoup-client and
 * protoo-client call. Based on the eventemitter3 that the client has anyway.
 */
export class NodeEmitter extends EventEmitter<Record<string, Listener>> {
  setMaxListeners(_limit: number): this {
    return this;
  }

  /** Throws the error of an `error` event without listeners, as Node does. */
  override emit(event: string, ...args: unknown[]): boolean {
    const isHandled = super.emit(event, ...args);
    if (event === 'error' && !isHandled) throw args[0];
    return isHandled;
  }
}

export { NodeEmitter as EventEmitter };
