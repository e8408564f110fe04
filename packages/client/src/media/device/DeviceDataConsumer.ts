import type { types } from 'mediasoup-client';

import type { DataChannelHandlers, MediaDataConsumer } from '../MediaEngine.ts';

type Data = string | ArrayBuffer | Blob;
type Handlers = DataChannelHandlers & { onMessage(data: Data): void };

/** Data consumer of mediasoup-client. Keeps messages that arrive before `listen()`. */
export class DeviceDataConsumer implements MediaDataConsumer {
  readonly id: string;

  readonly #vendor: types.DataConsumer;
  #handlers: Handlers | undefined;
  #early: Data[] = [];

  constructor(vendor: types.DataConsumer) {
    this.id = vendor.id;
    this.#vendor = vendor;
    // Browsers disagree on the default.
    vendor.binaryType = 'arraybuffer';
    vendor.on('open', () => this.#handlers?.onOpen());
    vendor.on('close', () => this.#handlers?.onClose());
    vendor.on('error', (error) => this.#handlers?.onError(error));
    vendor.on('message', (data: Data) => {
      if (this.#handlers === undefined) this.#early.push(data);
      else this.#handlers.onMessage(data);
    });
  }

  get closed(): boolean {
    return this.#vendor.closed;
  }

  get readyState(): RTCDataChannelState {
    return this.closed ? 'closed' : this.#vendor.readyState;
  }

  listen(handlers: Handlers): void {
    this.#handlers = handlers;
    const early = this.#early;
    this.#early = [];
    for (const data of early) handlers.onMessage(data);
  }

  close(): void {
    this.#early = [];
    this.#vendor.close();
  }
}
