import type * as protoo from 'protoo-client';

/**
 * What protoo-client's `Peer` requires of a transport, over a socket of the room. Emits `message` only: `Peer` needs no `open`, and
 * forgets to reject its pending requests after `close`. The owner calls the `close()` of `Peer` instead, which rejects them.
 */
export class PeerTransport implements protoo.PeerTransport {
  readonly #write: (message: object) => void;
  #onMessage: (message: object) => void = () => {};
  #isClosed = false;

  /** `write` puts a message on the socket, or throws. */
  constructor(write: (message: object) => void) {
    this.#write = write;
  }

  get closed(): boolean {
    return this.#isClosed;
  }

  on(event: string, listener: (message: object) => void): this {
    if (event === 'message') this.#onMessage = listener;
    return this;
  }

  /** Hands a message that arrived to `Peer`. */
  receive(message: object): void {
    this.#onMessage(message);
  }

  async send(message: object): Promise<void> {
    this.#write(message);
  }

  close(): void {
    this.#isClosed = true;
  }
}
