import type { DtlsParameters, IceParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup';
import { TypedEmitter } from '../../shared/TypedEmitter.ts';
import { MediaError } from '../MediaBackend.ts';
import type {
  Bwe,
  MediaConsumeOptions,
  MediaConsumer,
  MediaDataConsumeOptions,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
  MediaProduceOptions,
  MediaProducer,
  MediaStats,
  MediaTransport,
  MediaTransportEvents,
} from '../MediaBackend.ts';
import { MediasoupConsumer } from './MediasoupConsumer.ts';
import { MediasoupDataConsumer } from './MediasoupDataConsumer.ts';
import { MediasoupDataProducer } from './MediasoupDataProducer.ts';
import { MediasoupProducer } from './MediasoupProducer.ts';
import { asked } from './mediaErrors.ts';

export type ReportListenerError = (error: unknown, event: string) => void;

/** A WebRtcTransport of mediasoup. */
export class MediasoupTransport extends TypedEmitter<MediaTransportEvents> implements MediaTransport {
  readonly #transport: types.WebRtcTransport;
  readonly #onListenerError: ReportListenerError;

  constructor(transport: types.WebRtcTransport, onListenerError: ReportListenerError) {
    super(onListenerError);
    this.#transport = transport;
    this.#onListenerError = onListenerError;
    transport.on('icestatechange', (state) => {
      this.emit('iceStateChanged', { state });
    });
    transport.on('dtlsstatechange', (state) => {
      this.emit('dtlsStateChanged', { state });
    });
    transport.on('trace', ({ type, direction, info }) => {
      if (type === 'bwe' && direction === 'out') this.emit('downlinkBwe', toBwe(info as Bwe));
    });
  }

  get id() {
    return this.#transport.id;
  }

  get iceParameters() {
    return this.#transport.iceParameters;
  }

  get iceCandidates() {
    return this.#transport.iceCandidates;
  }

  get dtlsParameters() {
    return this.#transport.dtlsParameters;
  }

  get sctpParameters() {
    return this.#transport.sctpParameters;
  }

  connect(dtlsParameters: DtlsParameters): Promise<void> {
    return asked(() => this.#transport.connect({ dtlsParameters }));
  }

  restartIce(): Promise<IceParameters> {
    return asked(() => this.#transport.restartIce());
  }

  produce({ kind, rtpParameters, paused }: MediaProduceOptions): Promise<MediaProducer> {
    return asked(async () => {
      const producer = await this.#transport.produce({ kind, rtpParameters, paused });
      return new MediasoupProducer(producer, this.#onListenerError);
    });
  }

  consume({ producerId, rtpCapabilities, paused }: MediaConsumeOptions): Promise<MediaConsumer> {
    return asked(async () => {
      // NACK for opus too, where the client has it.
      const consumer = await this.#transport.consume({ producerId, rtpCapabilities, paused, enableRtx: true });
      return new MediasoupConsumer(consumer, this.#onListenerError);
    });
  }

  produceData({ sctpStreamParameters, label, protocol }: MediaDataProduceOptions): Promise<MediaDataProducer> {
    return asked(
      async () =>
        new MediasoupDataProducer(await this.#transport.produceData({ sctpStreamParameters, label, protocol })),
    );
  }

  consumeData({ dataProducerId, paused }: MediaDataConsumeOptions): Promise<MediaDataConsumer> {
    return asked(async () => {
      const dataConsumer = await this.#transport.consumeData({ dataProducerId, paused });
      const { sctpStreamParameters } = dataConsumer;
      if (sctpStreamParameters === undefined) throw new MediaError('refused', 'a data consumer without a stream');
      return new MediasoupDataConsumer(dataConsumer, sctpStreamParameters);
    });
  }

  getStats(): Promise<MediaStats> {
    return asked(() => this.#transport.getStats());
  }

  close(): void {
    this.#transport.close();
    this.clear();
  }
}

/** mediasoup says more than that. */
function toBwe({ desiredBitrate, effectiveDesiredBitrate, availableBitrate }: Bwe): Bwe {
  return { desiredBitrate, effectiveDesiredBitrate, availableBitrate };
}
