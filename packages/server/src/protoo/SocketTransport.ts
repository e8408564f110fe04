import type { EndReason } from '@tureen/protocol/common';
import { EventEmitter } from 'eventemitter3';
import type { ClientSocket } from '../http/ClientSocket.ts';

interface SocketTransportEvents {
  message: [message: object];
  close: [];
}

/**
 * What protoo's Peer wants of a transport, over our socket. It never emits `close`: Peer then forgets to reject the requests
 * that wait. Whoever learns that the socket closed calls the Peer's own `close()`, which does.
 */
export class SocketTransport extends EventEmitter<SocketTransportEvents> {
  readonly #socket: ClientSocket;
  #isClosed = false;
  #closing: { readonly reason: EndReason; readonly text?: string | undefined } = { reason: 'internalError' };

  constructor(socket: ClientSocket) {
    super();
    this.#socket = socket;
  }

  get closed(): boolean {
    return this.#isClosed;
  }

  /** Sends synchronously. Resolves at once: Peer registers a request only then, and its response must not come earlier. */
  async send(message: object): Promise<void> {
    if (this.#isClosed) throw new Error('transport closed');
    // Peer omits `ok` in a refusal; other implementations of protoo send it.
    const isRefusal = 'errorCode' in message && !('ok' in message);
    this.#socket.send(JSON.stringify(isRefusal ? { ...message, ok: false } : message));
  }

  /** Sets the reason of the next {@link close}, as the `close()` of Peer has no arguments. */
  closeWith(reason: EndReason, text?: string): void {
    this.#closing = { reason, text };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close(this.#closing.reason, this.#closing.text);
  }
}
