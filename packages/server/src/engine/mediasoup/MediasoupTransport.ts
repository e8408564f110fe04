import { dtlsParameters as dtlsSchema, MAX_NAME_LENGTH, rtpParameters as rtpSchema } from '@tureen/protocol/common';
import type { DtlsParameters, IceParameters, RtpParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import { deepFreeze } from '../../shared/deepFreeze.ts';
import { MediaError } from '../port/MediaError.ts';
import type { MediaConsumeOptions, MediaConsumer } from '../port/MediaConsumer.ts';
import type {
  MediaDataConsumeOptions,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
} from '../port/MediaDataChannels.ts';
import type { MediaProduceOptions, MediaProducer } from '../port/MediaProducer.ts';
import type { Bwe, MediaStats, MediaTransport, MediaTransportEvents } from '../port/MediaTransport.ts';
import { MediasoupConsumer } from './MediasoupConsumer.ts';
import { MediasoupDataConsumer } from './MediasoupDataConsumer.ts';
import { MediasoupDataProducer } from './MediasoupDataProducer.ts';
import { MediasoupProducer } from './MediasoupProducer.ts';
import type { CopyLease } from './SideRouter.ts';
import type { SideRouterLease } from './SideRouterSlot.ts';
import { withAlsoAnnounced } from './listening.ts';
import type { MediaContext } from './MediaContext.ts';
import type { MediaAddress } from './options.ts';
import { closingLate } from './WorkerCalls.ts';
import type { CallOptions } from './WorkerCalls.ts';
import { checkGrammar } from './checkGrammar.ts';

/** Maximum stream ID of SCTP. */
const MAX_STREAM_ID = 65_534;

/** Settings of the backend that a transport uses. */
export interface MediaTransportSettings {
  readonly addresses: readonly MediaAddress[];
  /** Minimum time in ms; 0: no minimum. */
  readonly keyFrameRequestDelayMs: number;
}

/** Further parts of a {@link MediasoupTransport}. */
export interface MediasoupTransportOptions {
  /** Default: no further addresses, and no minimum time between key frame requests. */
  readonly settings?: MediaTransportSettings | undefined;
  /** Requests key frames of producers without a consumer. Default: no request. */
  readonly requestKeyFrame?: ((producer: types.Producer) => Promise<void>) | undefined;
  /** Side router of the transport. Default: the transport is on the router of the room. */
  readonly lease?: SideRouterLease | undefined;
}

/** WebRtcTransport of mediasoup. */
export class MediasoupTransport extends TypedEmitter<MediaTransportEvents> implements MediaTransport {
  readonly #transport: types.WebRtcTransport;
  readonly #settings: MediaTransportSettings;
  readonly #context: MediaContext;
  readonly #requestKeyFrame: (producer: types.Producer) => Promise<void>;
  /** Side router of the transport; absent for a transport on the room's router. */
  readonly #lease: SideRouterLease | undefined;

  constructor(
    transport: types.WebRtcTransport,
    context: MediaContext,
    {
      settings = { addresses: [], keyFrameRequestDelayMs: 0 },
      requestKeyFrame = () => Promise.resolve(),
      lease,
    }: MediasoupTransportOptions = {},
  ) {
    super({ onListenerError: context.onListenerError });
    this.#transport = transport;
    this.#settings = settings;
    this.#requestKeyFrame = requestKeyFrame;
    this.#lease = lease;
    if (lease !== undefined) transport.observer.once('close', lease.release);
    this.#context = context;
    transport.on('icestatechange', (state) => {
      emitOn(this, 'iceStateChanged', { state });
    });
    transport.on('dtlsstatechange', (state) => {
      emitOn(this, 'dtlsStateChanged', { state });
    });
    transport.on('sctpstatechange', (state) => {
      emitOn(this, 'sctpStateChanged', { state });
    });
    transport.on('trace', ({ type, direction, info }) => {
      if (type === 'bwe' && direction === 'out') emitOn(this, 'downlinkBwe', toBwe(info as Bwe));
    });
  }

  get id() {
    return this.#transport.id;
  }

  get iceParameters() {
    return this.#transport.iceParameters;
  }

  get iceCandidates() {
    return withAlsoAnnounced(this.#transport.iceCandidates, this.#settings.addresses);
  }

  get dtlsParameters() {
    return this.#transport.dtlsParameters;
  }

  get sctpParameters() {
    return this.#transport.sctpParameters;
  }

  connect(dtlsParameters: DtlsParameters): Promise<void> {
    return this.#ask(async () => {
      checkGrammar(dtlsSchema, dtlsParameters, 'dtlsParameters');
      await this.#transport.connect({ dtlsParameters });
    });
  }

  restartIce(): Promise<IceParameters> {
    return this.#ask(() => this.#transport.restartIce());
  }

  produce({ kind, rtpParameters, paused }: MediaProduceOptions): Promise<MediaProducer> {
    return this.#ask(async () => {
      const { keyFrameRequestDelayMs } = this.#settings;
      const whole = withWholeBitrates(rtpParameters);
      checkGrammar(rtpSchema, whole, 'rtpParameters');
      const producer = await this.#transport.produce({
        kind,
        rtpParameters: whole,
        paused,
        keyFrameRequestDelay: keyFrameRequestDelayMs,
      });
      const options = { keyFrameRequestDelayMs, requestKeyFrame: this.#requestKeyFrame };
      return new MediasoupProducer(withConstantParameters(producer), options, this.#context);
    }, closingLate);
  }

  consume({ producerId, rtpCapabilities, paused, mid, payloadType }: MediaConsumeOptions): Promise<MediaConsumer> {
    return this.#ask(async () => {
      const copy = await this.#copyOf(producerId, payloadType);
      try {
        // Enables NACK also for opus, where the client supports it.
        const consumer = await this.#transport.consume({
          producerId: copy?.producerId ?? producerId,
          rtpCapabilities,
          paused,
          enableRtx: true,
          ...(mid === undefined ? {} : { mid }),
        });
        if (copy !== undefined) consumer.observer.once('close', copy.release);
        return new MediasoupConsumer(consumer, this.#context);
      } catch (error) {
        copy?.release();
        throw error;
      }
    }, closingLate);
  }

  produceData({ sctpStreamParameters, label, protocol }: MediaDataProduceOptions): Promise<MediaDataProducer> {
    return this.#ask(async () => {
      const { streamId } = sctpStreamParameters;
      // The worker counts in 16 bits and would use another stream.
      if (streamId > MAX_STREAM_ID) {
        throw new MediaError('invalidParameters', `streamId must not be greater than ${String(MAX_STREAM_ID)}`);
      }
      if (label.length > MAX_NAME_LENGTH || protocol.length > MAX_NAME_LENGTH)
        throw new MediaError(
          'invalidParameters',
          `label and protocol must have at most ${String(MAX_NAME_LENGTH)} characters`,
        );
      const dataProducer = await this.#transport.produceData({ sctpStreamParameters, label, protocol });
      return new MediasoupDataProducer(dataProducer, this.#context.calls);
    }, closingLate);
  }

  consumeData({ dataProducerId, paused }: MediaDataConsumeOptions): Promise<MediaDataConsumer> {
    return this.#ask(async () => {
      const dataConsumer = await this.#transport.consumeData({ dataProducerId, paused });
      const { sctpStreamParameters } = dataConsumer;
      if (sctpStreamParameters === undefined) throw new MediaError('refused', 'the data consumer has no stream');
      return new MediasoupDataConsumer(dataConsumer, sctpStreamParameters, this.#context);
    }, closingLate);
  }

  getStats(): Promise<MediaStats> {
    return this.#ask(() => this.#transport.getStats());
  }

  close(): void {
    this.#transport.close();
    this.removeAllListeners();
  }

  /** Returns the producer under the client's payload type, on a transport that renumbers. */
  async #copyOf(producerId: string, payloadType: number | undefined): Promise<CopyLease | undefined> {
    const side = this.#lease?.side;
    if (side === undefined && payloadType === undefined) return undefined;
    if (side === undefined) throw new MediaError('invalidParameters', 'the transport cannot change payload types');
    if (payloadType === undefined) throw new MediaError('invalidParameters', 'the transport requires a payload type');
    return side.bring(producerId, payloadType);
  }

  /** Sends a request with parameters of the client. A message that could not be built is removed from the buffer. */
  async #ask<T>(work: () => Promise<T>, options?: CallOptions<T>): Promise<T> {
    try {
      return await this.#context.calls.run(work, options);
    } catch (error) {
      if (error instanceof MediaError && error.code === 'invalidParameters') clearBuilder(this.#transport);
      throw error;
    }
  }
}

/**
 * Empties the buffer in which mediasoup builds every message to a worker. Where a value does not fit (a fraction for an
 * integer), mediasoup throws halfway and leaves the buffer open. From then on each message of every room on that worker
 * fails with "object serialization must not be nested". The buffer is empty between messages, so clearing is safe here.
 */
function clearBuilder(transport: types.WebRtcTransport): void {
  const { channelForTesting: channel } = transport as types.WebRtcTransport & {
    readonly channelForTesting?: { readonly bufferBuilder?: { clear(): void } };
  };
  channel?.bufferBuilder?.clear();
}

/**
 * Replaces a getter of the producer by its value, which never changes. mediasoup reads the getter three times for each
 * consumer, and clones all parameters each time.
 */
function withConstantParameters(producer: types.Producer): types.Producer {
  return Object.defineProperty(producer, 'consumableRtpParameters', {
    value: deepFreeze(producer.consumableRtpParameters),
  });
}

/** Browsers may send fractional bitrates, which mediasoup rejects. */
function withWholeBitrates({ encodings, ...rest }: RtpParameters): RtpParameters {
  if (encodings === undefined) return rest;
  return {
    ...rest,
    encodings: encodings.map(({ maxBitrate, ...encoding }) =>
      maxBitrate === undefined || !Number.isFinite(maxBitrate)
        ? encoding
        : { ...encoding, maxBitrate: Math.round(maxBitrate) },
    ),
  };
}

/** Drops the other fields of mediasoup's trace. */
function toBwe({ desiredBitrate, effectiveDesiredBitrate, availableBitrate }: Bwe): Bwe {
  return { desiredBitrate, effectiveDesiredBitrate, availableBitrate };
}
