import type { DataChannelHandlers, MediaDataConsumeOptions, MediaDataConsumer } from '../MediaEngine.ts';

type Data = string | ArrayBuffer | Blob;

/** Data consumer whose messages the test sends. */
export class FakeDataConsumer implements MediaDataConsumer {
  readonly id: string;
  readonly dataProducerId: string;
  readonly label: string;

  readonly #onClosed: () => void;
  #handlers: (DataChannelHandlers & { onMessage(data: Data): void }) | undefined;
  #early: Data[] = [];
  #readyState: RTCDataChannelState = 'connecting';

  constructor(options: MediaDataConsumeOptions, onClosed: () => void) {
    this.id = options.id;
    this.dataProducerId = options.dataProducerId;
    this.label = options.label;
    this.#onClosed = onClosed;
  }

  get closed(): boolean {
    return this.#readyState === 'closed';
  }

  get readyState(): RTCDataChannelState {
    return this.#readyState;
  }

  listen(handlers: DataChannelHandlers & { onMessage(data: Data): void }): void {
    this.#handlers = handlers;
    const early = this.#early;
    this.#early = [];
    for (const data of early) handlers.onMessage(data);
  }

  /** Delivers a message as if the remote end had sent it. */
  receive(data: Data): void {
    if (this.closed) return;
    if (this.#handlers === undefined) this.#early.push(data);
    else this.#handlers.onMessage(data);
  }

  /** Opens the channel. */
  opened(): void {
    if (this.#readyState !== 'connecting') return;
    this.#readyState = 'open';
    this.#handlers?.onOpen();
  }

  /** Closes the channel as the remote end would. */
  closedRemotely(): void {
    if (this.closed) return;
    const handlers = this.#handlers;
    this.close();
    handlers?.onClose();
  }

  /** Fails the channel. */
  failed(error: unknown): void {
    this.#handlers?.onError(error);
  }

  close(): void {
    if (this.closed) return;
    this.#readyState = 'closed';
    this.#handlers = undefined;
    this.#early = [];
    this.#onClosed();
  }
}
