import { TureenError } from '../../shared/errors.ts';
import type { DataChannelHandlers, MediaDataProducer } from '../MediaEngine.ts';

/** Data producer that records its messages. */
export class FakeDataProducer implements MediaDataProducer {
  readonly id: string;
  /** Messages that were sent, oldest first. */
  readonly sent: (string | Blob | ArrayBuffer | ArrayBufferView)[] = [];
  /** Bytes in the buffer, for a test to set. */
  bufferedAmount = 0;
  lowThreshold = 0;

  readonly #onClosed: () => void;
  #handlers: (DataChannelHandlers & { onBufferedAmountLow(): void }) | undefined;
  #readyState: RTCDataChannelState = 'connecting';

  constructor(id: string, onClosed: () => void) {
    this.id = id;
    this.#onClosed = onClosed;
  }

  get closed(): boolean {
    return this.#readyState === 'closed';
  }

  get readyState(): RTCDataChannelState {
    return this.#readyState;
  }

  setBufferedAmountLowThreshold(bytes: number): void {
    this.lowThreshold = bytes;
  }

  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    if (this.#readyState !== 'open') throw new TureenError('invalidState', `data producer ${this.id} is not open`);
    this.sent.push(data);
  }

  listen(handlers: DataChannelHandlers & { onBufferedAmountLow(): void }): void {
    this.#handlers = handlers;
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

  /** Empties the buffer as if its bytes had been sent. */
  drained(): void {
    this.bufferedAmount = 0;
    this.#handlers?.onBufferedAmountLow();
  }

  /** Fails the channel. */
  failed(error: unknown): void {
    this.#handlers?.onError(error);
  }

  close(): void {
    if (this.closed) return;
    this.#readyState = 'closed';
    this.#handlers = undefined;
    this.#onClosed();
  }
}
