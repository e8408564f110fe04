import type { types } from 'mediasoup';
import type {
  MediaDirectDataConsumer,
  MediaDirectDataProducer,
  MediaDirectTransport,
} from '../port/MediaDirectTransport.ts';
import { MediasoupDirectDataConsumer } from './MediasoupDirectDataConsumer.ts';
import { MediasoupDirectDataProducer } from './MediasoupDirectDataProducer.ts';
import type { MediaContext } from './MediaContext.ts';
import { closingLate } from './WorkerCalls.ts';

/** DirectTransport of mediasoup. */
export class MediasoupDirectTransport implements MediaDirectTransport {
  readonly #transport: types.DirectTransport;
  readonly #context: MediaContext;

  constructor(transport: types.DirectTransport, context: MediaContext) {
    this.#transport = transport;
    this.#context = context;
  }

  produceData({ label, protocol }: { label: string; protocol: string }): Promise<MediaDirectDataProducer> {
    const { calls } = this.#context;
    return calls.run(
      async () => new MediasoupDirectDataProducer(await this.#transport.produceData({ label, protocol }), calls),
      closingLate,
    );
  }

  consumeData(dataProducerId: string): Promise<MediaDirectDataConsumer> {
    return this.#context.calls.run(
      async () => new MediasoupDirectDataConsumer(await this.#transport.consumeData({ dataProducerId }), this.#context),
      closingLate,
    );
  }

  close(): void {
    this.#transport.close();
  }
}
