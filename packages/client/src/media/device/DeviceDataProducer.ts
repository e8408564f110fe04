import type { types } from 'mediasoup-client';

import { TureenError } from '../../shared/errors.ts';
import type { DataChannelHandlers, MediaDataProducer } from '../MediaEngine.ts';

type Handlers = DataChannelHandlers & { onBufferedAmountLow(): void };

/** Data producer of mediasoup-client. */
export class DeviceDataProducer implements MediaDataProducer {
  readonly id: string;

  readonly #vendor: types.DataProducer;
  #handlers: Handlers | undefined;

  constructor(vendor: types.DataProducer) {
    this.id = vendor.id;
    this.#vendor = vendor;
    vendor.on('open', () => this.#handlers?.onOpen());
    vendor.on('close', () => this.#handlers?.onClose());
    vendor.on('error', (error) => this.#handlers?.onError(error));
    vendor.on('bufferedamountlow', () => this.#handlers?.onBufferedAmountLow());
  }

  get closed(): boolean {
    return this.#vendor.closed;
  }

  get readyState(): RTCDataChannelState {
    return this.closed ? 'closed' : this.#vendor.readyState;
  }

  get bufferedAmount(): number {
    return this.#vendor.bufferedAmount;
  }

  setBufferedAmountLowThreshold(bytes: number): void {
    this.#vendor.bufferedAmountLowThreshold = bytes;
  }

  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    if (this.readyState !== 'open')
      throw new TureenError('invalidState', `data producer ${this.id} is ${this.readyState}`);
    try {
      this.#vendor.send(data);
    } catch (error) {
      const isTooLarge = error instanceof TypeError;
      throw new TureenError(
        isTooLarge ? 'invalidArgument' : 'mediaFailed',
        `the message was not sent: ${String(error)}`,
        {
          argument: isTooLarge ? 'data' : undefined,
          hint: isTooLarge ? 'Send smaller messages.' : 'Wait for bufferedAmountLow.',
          retryable: !isTooLarge,
          cause: error,
        },
      );
    }
  }

  listen(handlers: Handlers): void {
    this.#handlers = handlers;
  }

  close(): void {
    this.#vendor.close();
  }
}
