import type { types } from 'mediasoup';
import type { MediaDirectDataProducer } from '../port/MediaDirectTransport.ts';
import { MediasoupDataProducer } from './MediasoupDataProducer.ts';
import { askedNow } from './mediaErrors.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** DataProducer of mediasoup on a direct transport. */
export class MediasoupDirectDataProducer extends MediasoupDataProducer implements MediaDirectDataProducer {
  readonly #dataProducer: types.DataProducer;

  constructor(dataProducer: types.DataProducer, calls: WorkerCalls) {
    super(dataProducer, calls);
    this.#dataProducer = dataProducer;
  }

  send(message: string | Uint8Array): void {
    if (this.#dataProducer.closed) return;
    askedNow(() => {
      this.#dataProducer.send(typeof message === 'string' ? message : Buffer.from(message));
    });
  }
}
