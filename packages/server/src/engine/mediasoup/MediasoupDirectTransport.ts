import type { types } from 'mediasoup';
import type { MediaDirectDataConsumer, MediaDirectDataProducer, MediaDirectTransport } from '../MediaBackend.ts';
import { MediasoupDirectDataConsumer } from './MediasoupDirectDataConsumer.ts';
import { MediasoupDirectDataProducer } from './MediasoupDirectDataProducer.ts';
import type { ReportListenerError } from './MediasoupTransport.ts';
import { asked } from './mediaErrors.ts';

/** A DirectTransport of mediasoup. */
export class MediasoupDirectTransport implements MediaDirectTransport {
  readonly #transport: types.DirectTransport;
  readonly #onListenerError: ReportListenerError;

  constructor(transport: types.DirectTransport, onListenerError: ReportListenerError) {
    this.#transport = transport;
    this.#onListenerError = onListenerError;
  }

  produceData({ label, protocol }: { label: string; protocol: string }): Promise<MediaDirectDataProducer> {
    return asked(async () => new MediasoupDirectDataProducer(await this.#transport.produceData({ label, protocol })));
  }

  consumeData(dataProducerId: string): Promise<MediaDirectDataConsumer> {
    return asked(
      async () =>
        new MediasoupDirectDataConsumer(await this.#transport.consumeData({ dataProducerId }), this.#onListenerError),
    );
  }

  close(): void {
    this.#transport.close();
  }
}
