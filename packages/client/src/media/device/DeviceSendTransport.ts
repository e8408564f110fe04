import type { AppData, MediaKind, SctpStreamParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup-client';

import { checkReliability } from '../../shared/commonErrors.ts';
import { TureenError } from '../../shared/errors.ts';
import { omitUndefined } from '../../shared/omitUndefined.ts';
import { badResponse, wrongCodec } from '../checks.ts';
import { type LayerSupport, fitEncodings } from '../fitEncodings.ts';
import type {
  MediaDataProduceOptions,
  MediaProduceOptions,
  MediaSendTransport,
  SendTransportHandlers,
} from '../MediaEngine.ts';
import { DeviceDataProducer } from './DeviceDataProducer.ts';
import { DeviceProducer } from './DeviceProducer.ts';
import { DeviceTransport, type DeviceTransportContext } from './DeviceTransport.ts';

/** Call of `produce` or `produceData`, with the refusal of the server. */
interface ProduceCall {
  readonly appData: AppData;
  readonly paused: boolean;
  refusal?: TureenError;
}

/** Event of mediasoup-client that requests a producer. */
interface ProduceEvent {
  readonly token: object;
  readonly callback: (response: { id: string }) => void;
  readonly errback: (error: Error) => void;
}

interface SendContext extends DeviceTransportContext {
  /** Codecs that the browser and the router share. */
  readonly sendCodecs: readonly types.RtpCodecCapability[];
  readonly layers: LayerSupport;
  readonly hasSctp: boolean;
  /** Returns the CNAME of the session, see {@link DeviceSession}. */
  readonly cname: (offered: string | undefined) => string;
}

/** Send transport over mediasoup-client. */
export class DeviceSendTransport extends DeviceTransport implements MediaSendTransport {
  readonly #vendor: types.Transport;
  readonly #context: SendContext;
  /**
   * Calls by the appData object that mediasoup-client returns with its events. An event names neither `paused` nor its call, and
   * calls wait in a queue. mediasoup-client never gets the appData of the app.
   */
  readonly #calls = new WeakMap<object, ProduceCall>();

  #nextRefused = 0;
  /** appData of the data channel that only connects the transport. The server does not know it. */
  #connectToken: AppData | undefined;

  constructor(vendor: types.Transport, handlers: SendTransportHandlers, context: SendContext) {
    super(vendor, handlers, context);
    this.#vendor = vendor;
    this.#context = context;
    vendor.on('produce', ({ kind, rtpParameters, appData }, callback, errback) => {
      this.#handleProduce({ token: appData, callback, errback }, ({ appData, paused }) =>
        handlers.onProduce({
          kind,
          rtpParameters: {
            ...structuredClone(rtpParameters),
            rtcp: { ...rtpParameters.rtcp, cname: context.cname(rtpParameters.rtcp?.cname) },
          },
          appData,
          paused,
        }),
      );
    });
    vendor.on('producedata', ({ sctpStreamParameters, label = '', protocol = '', appData }, callback, errback) => {
      if (appData === this.#connectToken) {
        callback({ id: 'connect' });
        return;
      }
      this.#handleProduce({ token: appData, callback, errback }, ({ appData }) =>
        handlers.onProduceData({
          sctpStreamParameters: structuredClone(sctpStreamParameters) as SctpStreamParameters,
          label,
          protocol,
          appData,
        }),
      );
    });
  }

  async connect(): Promise<void> {
    if (!this.#context.hasSctp || this.#connectToken !== undefined) return;
    this.assertUsable();
    this.#connectToken = {};
    await this.#vendor.produceData({ label: 'connect', appData: this.#connectToken });
  }

  async produce(options: MediaProduceOptions): Promise<DeviceProducer> {
    this.assertUsable();
    const { track, encodings, codecOptions, paused = false } = options;
    if (track.readyState === 'ended')
      throw new TureenError('invalidState', `the ${track.kind} track has ended`, { hint: 'Capture the track again.' });
    const codec = this.#codecFor(track.kind as MediaKind, options.codec);
    const { mimeType } = codec;
    const isNamed = options.codec !== undefined;
    const fitting = encodings && fitEncodings(encodings, { ...this.#context.layers, codec: mimeType, isNamed });
    const call: ProduceCall = { appData: options.appData ?? {}, paused };
    const token = {};
    this.#calls.set(token, call);
    const producer = await this.perform(
      'produce',
      () =>
        this.#vendor.produce(
          omitUndefined({
            track,
            // The owner of the track stops it and sets `enabled`.
            stopTracks: false,
            disableTrackOnPause: false,
            encodings: fitting,
            codecOptions: codecOptions && { ...codecOptions },
            codec: isNamed ? codec : undefined,
            appData: token,
            // Runs before the first offer, so that no packet is sent. If it fails, DeviceProducer pauses.
            onRtpSender: paused ? (sender: RTCRtpSender) => void sender.replaceTrack(null).catch(() => {}) : undefined,
          }),
        ),
      (late) => {
        late.close();
      },
    );
    if (call.refusal !== undefined) {
      producer.close();
      throw call.refusal;
    }
    if (this.closed) throw this.closedError();
    return new DeviceProducer(producer, { track, paused, logger: this.logger });
  }

  async produceData(options: MediaDataProduceOptions): Promise<DeviceDataProducer> {
    this.assertUsable();
    if (!this.#context.hasSctp)
      throw new TureenError('unsupported', 'the transport of the server has no data channels');
    const { label, protocol = '', ordered = true, maxPacketLifeTime, maxRetransmits } = options;
    checkReliability(options);
    const call: ProduceCall = { appData: options.appData ?? {}, paused: false };
    const token = {};
    this.#calls.set(token, call);
    const producer = await this.perform(
      'produceData',
      () =>
        this.#vendor.produceData(
          omitUndefined({ label, protocol, ordered, maxPacketLifeTime, maxRetransmits, appData: token }),
        ),
      (late) => {
        late.close();
      },
    );
    if (call.refusal !== undefined) {
      producer.close();
      throw call.refusal;
    }
    if (this.closed) throw this.closedError();
    return new DeviceDataProducer(producer);
  }

  /**
   * Requests the producer from the server. Hides a refusal from mediasoup-client, and closes the producer right after. Otherwise
   * mediasoup-client would remove the section from the SDP outside its queue. The next produce, which already runs, would then
   * fail ("no a=ssrc lines found"), and a refused data channel would stay open. `close` waits in the queue.
   */
  #handleProduce(event: ProduceEvent, produce: (call: ProduceCall) => Promise<string>): void {
    const { token, callback, errback } = event;
    const call = this.#calls.get(token);
    if (call === undefined) {
      errback(new TureenError('invalidState', 'mediasoup-client requested an unknown producer'));
      return;
    }
    this.callbacks
      .request('produce', async () => {
        const id: unknown = await produce(call);
        if (typeof id !== 'string' || id === '') throw badResponse('the server assigned no id');
        return id;
      })
      .then(
        (id) => {
          callback({ id });
        },
        (error: TureenError) => {
          if (this.closed) {
            errback(error);
            return;
          }
          call.refusal = error;
          callback({ id: `refused-${this.#nextRefused++}` });
        },
      );
  }

  #codecFor(kind: MediaKind, mimeType: string | undefined): types.RtpCodecCapability {
    const requested = mimeType?.toLowerCase();
    if (requested !== undefined && !requested.startsWith(`${kind}/`)) throw wrongCodec(mimeType, kind);
    const codec = this.#context.sendCodecs.find(
      (one) =>
        one.kind === kind &&
        !/\/rtx$/i.test(one.mimeType) &&
        (requested ?? one.mimeType.toLowerCase()) === one.mimeType.toLowerCase(),
    );
    if (codec === undefined)
      throw new TureenError(
        'unsupportedCodec',
        `${mimeType ?? kind} cannot be sent: this browser or the router lacks it`,
      );
    return codec;
  }
}
