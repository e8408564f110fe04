import type { types } from 'mediasoup-client';

import { TureenError } from '../../shared/errors.ts';
import { badResponse, checkId } from '../checks.ts';
import type {
  MediaConsumeOptions,
  MediaDataConsumeOptions,
  MediaRecvTransport,
  TransportHandlers,
} from '../MediaEngine.ts';
import { checkConsumerParameters, checkDataChannel, checkRetransmission } from './checks.ts';
import { ConsumeBatcher } from './ConsumeBatcher.ts';
import { UsedSdpIds } from './UsedSdpIds.ts';
import { DeviceConsumer } from './DeviceConsumer.ts';
import { DeviceDataConsumer } from './DeviceDataConsumer.ts';
import { DeviceTransport, type DeviceTransportContext } from './DeviceTransport.ts';
import { ReceiveGuard } from './ReceiveGuard.ts';
import { StreamNames } from './StreamNames.ts';
import { isVendorClosed, toMediaError } from './vendorErrors.ts';

interface RecvContext extends DeviceTransportContext {
  readonly canReceive: (rtpParameters: MediaConsumeOptions['rtpParameters']) => boolean;
  readonly hasSctp: boolean;
  /** Stream that the server uses last. Undefined without data channels. */
  readonly unusedStreamId: number | undefined;
  /** Runs `work` on another connection that sends nothing. Returns false if it fails. */
  readonly rehearse: (work: (vendor: types.Transport) => Promise<unknown>) => Promise<boolean>;
}

/** Receive transport over mediasoup-client. */
export class DeviceRecvTransport extends DeviceTransport implements MediaRecvTransport {
  readonly #vendor: types.Transport;
  readonly #context: RecvContext;
  readonly #usedIds = new UsedSdpIds();
  readonly #names = new StreamNames();
  readonly #guard: ReceiveGuard;
  readonly #batcher: ConsumeBatcher<types.Consumer, types.Transport>;
  /** Open and pending data consumers, and their SCTP streams. */
  readonly #dataIds = new Set<string>();
  readonly #streamIds = new Set<number>();

  constructor(vendor: types.Transport, handlers: TransportHandlers, context: RecvContext) {
    super(vendor, handlers, context);
    this.#vendor = vendor;
    this.#context = context;
    this.#guard = new ReceiveGuard(vendor);
    this.#batcher = new ConsumeBatcher({
      vendor,
      soundness: () => this.#guard.soundness,
      rehearse: context.rehearse,
      onLost: (error) => {
        if (!this.closed) this.breakBy(toMediaError(error, 'consume'));
      },
    });
  }

  async consume(options: MediaConsumeOptions): Promise<DeviceConsumer> {
    this.assertUsable();
    const { id, producerId, kind, streamId } = options;
    checkId(id, 'consumer.id');
    checkConsumerParameters(kind, options.rtpParameters);
    if (!this.#context.canReceive(options.rtpParameters))
      throw new TureenError('unsupportedCodec', `consumer ${id} cannot be decoded by this browser`);
    checkRetransmission(options.rtpParameters);
    const rtpParameters = this.#usedIds.add(id, options.rtpParameters);
    const trackName = this.#names.ofTrack(id);
    const streamName = this.#names.ofStream(streamId ?? id);
    const create = (vendor: types.Transport) =>
      vendor.consume({
        id: trackName,
        producerId: String(producerId),
        kind,
        rtpParameters: rtpParameters as types.RtpParameters,
        streamId: streamName,
        appData: {},
      });
    let consumer: types.Consumer;
    try {
      consumer = await this.perform(
        'consume',
        () => this.#batcher.run(create, (error) => !this.closed && !TureenError.is(error) && !isVendorClosed(error)),
        (late) => {
          late.close();
        },
      );
    } catch (error) {
      this.#usedIds.remove(id, rtpParameters);
      this.#names.release(streamId ?? id);
      throw error;
    }
    consumer.observer.once('close', () => {
      this.#usedIds.close(rtpParameters);
      this.#names.release(streamId ?? id);
    });
    if (this.closed) throw this.closedError();
    return new DeviceConsumer(id, consumer);
  }

  async connect(): Promise<void> {
    const { unusedStreamId } = this.#context;
    if (unusedStreamId === undefined || this.#streamIds.has(unusedStreamId)) return;
    this.assertUsable();
    this.#streamIds.add(unusedStreamId);
    const id = 'connect';
    await this.#vendor.consumeData({
      id,
      dataProducerId: id,
      sctpStreamParameters: { streamId: unusedStreamId, ordered: true },
      label: id,
      appData: {},
    });
  }

  async consumeData(options: MediaDataConsumeOptions): Promise<DeviceDataConsumer> {
    this.assertUsable();
    if (!this.#context.hasSctp)
      throw new TureenError('unsupported', 'the transport of the server has no data channels');
    const { id, dataProducerId, sctpStreamParameters, label, protocol = '' } = options;
    checkId(id, 'dataConsumer.id');
    checkDataChannel(sctpStreamParameters, label, protocol);
    if (this.#dataIds.has(id)) throw new TureenError('invalidState', `data consumer ${id} exists already`);
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
          this.#vendor
            .consumeData({
              id,
              dataProducerId: String(dataProducerId),
              sctpStreamParameters: sctpStreamParameters,
              label,
              protocol,
              appData: {},
            })
            .catch((error: unknown) => {
              // Where the connection survived, only this call fails.
              throw this.#guard.soundness === 'lost' || isVendorClosed(error)
                ? error
                : toMediaError(error, 'consumeData');
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
