import type { types } from 'mediasoup-client';

import { TureenError } from '../../shared/errors.ts';
import { given } from '../../shared/given.ts';
import type {
  MediaConsumeOptions,
  MediaDataConsumeOptions,
  MediaRecvTransport,
  TransportHandlers,
} from '../MediaEngine.ts';
import { checkConsumerParameters, checkId, checkSctpStream } from './checks.ts';
import { ConsumeBatches } from './ConsumeBatches.ts';
import { ConsumerLedger } from './ConsumerLedger.ts';
import { DeviceConsumer } from './DeviceConsumer.ts';
import { DeviceDataConsumer } from './DeviceDataConsumer.ts';
import { DeviceTransport, type DeviceTransportContext } from './DeviceTransport.ts';
import { badResponse, isVendorClosed } from './vendorErrors.ts';

interface RecvContext extends DeviceTransportContext {
  readonly canReceive: (rtpParameters: MediaConsumeOptions['rtpParameters']) => boolean;
  readonly hasSctp: boolean;
}

/** The receive direction over mediasoup-client. */
export class DeviceRecvTransport extends DeviceTransport implements MediaRecvTransport {
  readonly #vendor: types.Transport;
  readonly #context: RecvContext;
  readonly #ledger = new ConsumerLedger();
  readonly #batches = new ConsumeBatches<types.Consumer>();
  /** Data consumers that are open or on their way, and their SCTP streams. */
  readonly #dataIds = new Set<string>();
  readonly #streamIds = new Set<number>();

  constructor(vendor: types.Transport, handlers: TransportHandlers, context: RecvContext) {
    super(vendor, handlers, context);
    this.#vendor = vendor;
    this.#context = context;
  }

  async consume(options: MediaConsumeOptions): Promise<DeviceConsumer> {
    this.assertUsable();
    const { id, producerId, kind, streamId } = options;
    checkId(id, 'consumer.id');
    if (streamId !== undefined) checkId(streamId, 'consumer.streamId');
    checkConsumerParameters(kind, options.rtpParameters);
    if (!this.#context.canReceive(options.rtpParameters))
      throw new TureenError('unsupportedCodec', `consumer ${id} cannot be decoded by this browser`);
    const rtpParameters = this.#ledger.enter(id, options.rtpParameters);
    const create = () =>
      this.#vendor.consume(
        given({
          id,
          producerId: String(producerId),
          kind,
          rtpParameters: rtpParameters as types.RtpParameters,
          streamId,
          appData: {},
        }),
      );
    let consumer: types.Consumer;
    try {
      consumer = await this.perform(
        'consume',
        () =>
          this.#batches.run(
            create,
            (error) => !this.closed && !(error instanceof TureenError) && !isVendorClosed(error),
          ),
        (late) => {
          late.close();
        },
      );
    } catch (error) {
      this.#ledger.strike(id, rtpParameters);
      throw error;
    }
    consumer.observer.once('close', () => {
      this.#ledger.close(rtpParameters);
    });
    if (this.closed) throw this.closedError();
    return new DeviceConsumer(consumer);
  }

  async consumeData(options: MediaDataConsumeOptions): Promise<DeviceDataConsumer> {
    this.assertUsable();
    if (!this.#context.hasSctp)
      throw new TureenError('unsupported', 'the server made this transport without data channels');
    const { id, dataProducerId, sctpStreamParameters, label, protocol = '' } = options;
    checkId(id, 'dataConsumer.id');
    checkSctpStream(sctpStreamParameters);
    if (this.#dataIds.has(id)) throw new TureenError('invalidState', `data consumer ${id} is there already`);
    const streamId = sctpStreamParameters.streamId ?? -1;
    if (this.#streamIds.has(streamId)) throw badResponse(`data consumer ${id} has the stream of another`);
    this.#dataIds.add(id);
    this.#streamIds.add(streamId);
    const free = () => {
      this.#dataIds.delete(id);
      this.#streamIds.delete(streamId);
    };
    let consumer: types.DataConsumer;
    try {
      consumer = await this.perform(
        'consumeData',
        () =>
          this.#vendor.consumeData({
            id,
            dataProducerId: String(dataProducerId),
            sctpStreamParameters: sctpStreamParameters,
            label,
            protocol,
            appData: {},
          }),
        (late) => {
          late.close();
        },
      );
    } catch (error) {
      free();
      throw error;
    }
    consumer.observer.once('close', free);
    if (this.closed) throw this.closedError();
    return new DeviceDataConsumer(consumer);
  }
}
