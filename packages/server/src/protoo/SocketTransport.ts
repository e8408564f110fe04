import type { EndReason } from '@tureen/protocol/common';
import { EventEmitter } from 'eventemitter3';
import type { ClientSocket } from '../http/ClientSocket.ts';

interface SocketTransportEvents {
  message: [message: object];
  close: [];
}

/**
 * Transport for protoo's Peer, over a client socket. The transport never emits `close`: Peer would then not reject its
 * pending requests. The handler of a closed socket calls the `close()` of Peer instead, which rejects them.
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

  /** Sends synchronously. Resolves at once: Peer registers a request only after that, and the response must not arrive earlier. */
  async send(message: object): Promise<void> {
    if (this.#isClosed) throw new Error('transport closed');
    // Peer omits `ok` in a refusal; other implementations of protoo send it.
    const isRefusal = 'errorCode' in message && !('ok' in message);
    this.#socket.send(JSON.stringify(isRefusal ? { ...message, ok: false } : message));
  }

  /** Sets the reason of the next {@link close}, as the `close()` of Peer has no parameters. */
  closeWith(reason: EndReason, text?: string): void {
    this.#closing = { reason, text };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close(this.#closing.reason, this.#closing.text);
  }
}
