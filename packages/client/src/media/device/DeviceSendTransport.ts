import type { AppData, MediaKind, SctpStreamParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup-client';

import { checkReliability } from '../../shared/commonErrors.ts';
import { TureenError } from '../../shared/errors.ts';
import { omitUndefined } from '../../shared/omitUndefined.ts';
import { badResponse } from '../checks.ts';
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

/** What one call wants announced, and how the server took it. */
interface Announcement {
  readonly appData: AppData;
  readonly paused: boolean;
  refusal?: TureenError;
}

/** What mediasoup-client says when it wants something announced. */
interface ProduceEvent {
  readonly token: object;
  readonly callback: (answer: { id: string }) => void;
  readonly errback: (error: Error) => void;
}

interface SendContext extends DeviceTransportContext {
  /** The codecs that this end and the router share. */
  readonly sendCodecs: readonly types.RtpCodecCapability[];
  readonly layers: LayerSupport;
  readonly hasSctp: boolean;
  /** The CNAME of the session, see {@link DeviceSession}. */
  readonly cname: (offered: string | undefined) => string;
}

/** The send direction over mediasoup-client. */
export class DeviceSendTransport extends DeviceTransport implements MediaSendTransport {
  readonly #vendor: types.Transport;
  readonly #context: SendContext;
  /**
   * By the appData object that mediasoup-client hands back with its events: it says neither `paused` nor which call it is,
   * and calls wait in its queue. The appData of the app never goes in, so it may be anything.
   */
  readonly #announcements = new WeakMap<object, Announcement>();

  #nextRefused = 0;

  constructor(vendor: types.Transport, handlers: SendTransportHandlers, context: SendContext) {
    super(vendor, handlers, context);
    this.#vendor = vendor;
    this.#context = context;
    vendor.on('produce', ({ kind, rtpParameters, appData }, callback, errback) => {
      this.#announce({ token: appData, callback, errback }, ({ appData, paused }) =>
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
      this.#announce({ token: appData, callback, errback }, ({ appData }) =>
        handlers.onProduceData({
          sctpStreamParameters: structuredClone(sctpStreamParameters) as SctpStreamParameters,
          label,
          protocol,
          appData,
        }),
      );
    });
  }

  async produce(options: MediaProduceOptions): Promise<DeviceProducer> {
    this.assertUsable();
    const { track, encodings, codecOptions, paused = false } = options;
    if (track.readyState === 'ended')
      throw new TureenError('invalidState', `the ${track.kind} track has ended`, { hint: 'Capture it again.' });
    const codec = this.#codecFor(track.kind as MediaKind, options.codec);
    const { mimeType } = codec;
    const isNamed = options.codec !== undefined;
    const fitting = encodings && fitEncodings(encodings, { ...this.#context.layers, codec: mimeType, isNamed });
    const announcement: Announcement = { appData: options.appData ?? {}, paused };
    const token = {};
    this.#announcements.set(token, announcement);
    const producer = await this.perform(
      'produce',
      () =>
        this.#vendor.produce(
          omitUndefined({
            track,
            // Who owns the track decides when it stops, and nobody's `enabled` is touched.
            stopTracks: false,
            disableTrackOnPause: false,
            encodings: fitting,
            codecOptions: codecOptions && { ...codecOptions },
            codec: isNamed ? codec : undefined,
            appData: token,
            // Before the first offer, so that not one packet leaves; the DeviceProducer sees to it where this fails.
            onRtpSender: paused ? (sender: RTCRtpSender) => void sender.replaceTrack(null).catch(() => {}) : undefined,
          }),
        ),
      (late) => {
        late.close();
      },
    );
    if (announcement.refusal !== undefined) {
      producer.close();
      throw announcement.refusal;
    }
    if (this.closed) throw this.closedError();
    return new DeviceProducer(producer, { track, paused, logger: this.logger });
  }

  async produceData(options: MediaDataProduceOptions): Promise<DeviceDataProducer> {
    this.assertUsable();
    if (!this.#context.hasSctp)
      throw new TureenError('unsupported', 'the server made this transport without data channels');
    const { label, protocol = '', ordered = true, maxPacketLifeTime, maxRetransmits } = options;
    checkReliability(options);
    const announcement: Announcement = { appData: options.appData ?? {}, paused: false };
    const token = {};
    this.#announcements.set(token, announcement);
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
    if (announcement.refusal !== undefined) {
      producer.close();
      throw announcement.refusal;
    }
    if (this.closed) throw this.closedError();
    return new DeviceDataProducer(producer);
  }

  /**
   * Asks the server. A refusal is accepted towards mediasoup-client and the producer closed right after: where it is told
   * of one, it takes the section out of the SDP beside its queue, and the next produce, already running, fails with it
   * ("no a=ssrc lines found"); a refused data channel it leaves open. `close` waits its turn in the queue.
   */
  #announce(event: ProduceEvent, ask: (announcement: Announcement) => Promise<string>): void {
    const { token, callback, errback } = event;
    const announcement = this.#announcements.get(token);
    if (announcement === undefined) {
      errback(new TureenError('invalidState', 'not a call of ours'));
      return;
    }
    this.questions
      .ask('produce', async () => {
        const id: unknown = await ask(announcement);
        if (typeof id !== 'string' || id === '') throw badResponse('the server gave no id');
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
          announcement.refusal = error;
          callback({ id: `refused-${this.#nextRefused++}` });
        },
      );
  }

  #codecFor(kind: MediaKind, mimeType: string | undefined): types.RtpCodecCapability {
    const wanted = mimeType?.toLowerCase();
    if (wanted !== undefined && !wanted.startsWith(`${kind}/`))
      throw new TureenError('invalidArgument', `codec ${mimeType ?? ''} is not for a ${kind} track`);
    const codec = this.#context.sendCodecs.find(
      (one) =>
        one.kind === kind &&
        !/\/rtx$/i.test(one.mimeType) &&
        (wanted ?? one.mimeType.toLowerCase()) === one.mimeType.toLowerCase(),
    );
    if (codec === undefined)
      throw new TureenError(
        'unsupportedCodec',
        `${mimeType ?? kind} cannot be sent: this browser or the router lacks it`,
      );
    return codec;
  }
}
