import type { types } from 'mediasoup';
import type { MediaDataProducer, MediaStats } from '../MediaBackend.ts';
import { asked } from './mediaErrors.ts';

/** A DataProducer of mediasoup. */
export class MediasoupDataProducer implements MediaDataProducer {
  readonly #dataProducer: types.DataProducer;

  constructor(dataProducer: types.DataProducer) {
    this.#dataProducer = dataProducer;
  }

  get id() {
    return this.#dataProducer.id;
  }

  get label() {
    return this.#dataProducer.label;
  }

  get protocol() {
    return this.#dataProducer.protocol;
  }

  getStats(): Promise<MediaStats> {
    return asked(() => this.#dataProducer.getStats());
  }

  close(): void {
    this.#dataProducer.close();
  }
}
