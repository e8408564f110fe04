import type { types } from 'mediasoup';
import type { MediaDataProducer } from '../port/MediaDataChannels.ts';
import type { MediaStats } from '../port/MediaTransport.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** DataProducer of mediasoup. */
export class MediasoupDataProducer implements MediaDataProducer {
  readonly #dataProducer: types.DataProducer;
  readonly #calls: WorkerCalls;

  constructor(dataProducer: types.DataProducer, calls: WorkerCalls) {
    this.#dataProducer = dataProducer;
    this.#calls = calls;
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
    return this.#calls.run(() => this.#dataProducer.getStats());
  }

  close(): void {
    this.#dataProducer.close();
  }
}
