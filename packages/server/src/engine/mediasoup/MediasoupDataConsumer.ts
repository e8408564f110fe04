import type { SctpStreamParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup';
import type { MediaDataConsumer, MediaStats } from '../MediaBackend.ts';
import { asked } from './mediaErrors.ts';

/** A DataConsumer of mediasoup, on a transport with SCTP. */
export class MediasoupDataConsumer implements MediaDataConsumer {
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly #dataConsumer: types.DataConsumer;

  constructor(dataConsumer: types.DataConsumer, sctpStreamParameters: SctpStreamParameters) {
    this.#dataConsumer = dataConsumer;
    this.sctpStreamParameters = sctpStreamParameters;
  }

  get id() {
    return this.#dataConsumer.id;
  }

  get label() {
    return this.#dataConsumer.label;
  }

  get protocol() {
    return this.#dataConsumer.protocol;
  }

  pause(): Promise<void> {
    return asked(() => this.#dataConsumer.pause());
  }

  resume(): Promise<void> {
    return asked(() => this.#dataConsumer.resume());
  }

  getStats(): Promise<MediaStats> {
    return asked(() => this.#dataConsumer.getStats());
  }

  close(): void {
    this.#dataConsumer.close();
  }
}
