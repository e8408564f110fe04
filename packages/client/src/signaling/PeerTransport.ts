import type * as protoo from 'protoo-client';

/**
 * Transport for protoo-client's `Peer`, over a socket of the room. Emits `message` only: `Peer` needs no `open`, and does not
 * reject its pending requests after `close`. The owner calls `Peer.close()` instead, which rejects them.
 */
export class PeerTransport implements protoo.PeerTransport {
  readonly #write: (message: object) => void;
  #onMessage: (message: object) => void = () => {};
  #isClosed = false;

  /** `write` sends a message on the socket, or throws. */
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

  /** Passes a message that arrived to `Peer`. */
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
