type Listener = (...args: unknown[]) => void;

interface Registration {
  readonly event: string;
  readonly listener: Listener;
  readonly once: boolean;
}

/**
 * What mediasoup-client needs of Node's EventEmitter, in a seventh of the size of the package that brings it to browsers. Only the
 * published package has it.
 */
export class NodeEmitter {
  /** Replaced, never changed, so that who walks it is not disturbed. */
  #registrations: readonly Registration[] = [];

  setMaxListeners(): this {
    return this;
  }

  emit(event: string, ...args: unknown[]): boolean {
    const heard = this.#of(event);
    if (event === 'error' && heard.length === 0) throw args[0];
    for (const entry of heard) {
      if (entry.once) this.#remove(entry);
      entry.listener.apply(this, args);
    }
    return heard.length > 0;
  }

  on(event: string, listener: Listener): this {
    return this.#add({ event, listener, once: false });
  }

  once(event: string, listener: Listener): this {
    return this.#add({ event, listener, once: true });
  }

  prependListener(event: string, listener: Listener): this {
    return this.#add({ event, listener, once: false }, true);
  }

  prependOnceListener(event: string, listener: Listener): this {
    return this.#add({ event, listener, once: true }, true);
  }

  off(event: string, listener: Listener): this {
    this.#remove(this.#of(event).findLast((entry) => entry.listener === listener));
    return this;
  }

  removeAllListeners(event?: string): this {
    this.#registrations = event === undefined ? [] : this.#registrations.filter((entry) => entry.event !== event);
    return this;
  }

  listenerCount(event: string): number {
    return this.#of(event).length;
  }

  listeners(event: string): Listener[] {
    return this.#of(event).map(({ listener }) => listener);
  }

  rawListeners(event: string): Listener[] {
    return this.listeners(event);
  }

  #of(event: string): Registration[] {
    return this.#registrations.filter((entry) => entry.event === event);
  }

  #add(entry: Registration, isFirst = false): this {
    this.#registrations = isFirst ? [entry, ...this.#registrations] : [...this.#registrations, entry];
    return this;
  }

  #remove(entry: Registration | undefined): void {
    this.#registrations = this.#registrations.filter((one) => one !== entry);
  }
}

export { NodeEmitter as EventEmitter };
