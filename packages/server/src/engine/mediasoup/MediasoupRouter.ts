import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import { MediaError } from '../port/MediaError.ts';
import type { MediaDirectOptions, MediaDirectTransport } from '../port/MediaDirectTransport.ts';
import type { MediaRouter, MediaRouterEvents } from '../port/MediaRouter.ts';
import type { MediaSpeechObserver, MediaSpeechOptions } from '../port/MediaSpeechObserver.ts';
import type { MediaTransport, MediaTransportOptions } from '../port/MediaTransport.ts';
import { KeyFrameRequests } from './KeyFrameRequests.ts';
import { MediasoupDirectTransport } from './MediasoupDirectTransport.ts';
import { MediasoupSpeechObserver } from './MediasoupSpeechObserver.ts';
import { MediasoupTransport } from './MediasoupTransport.ts';
import type { MediaContext } from './MediaContext.ts';
import type { ReceiveCapabilities } from './ReceiveCapabilities.ts';
import { SideRouterSlot } from './SideRouterSlot.ts';
import type { SideRouterLease } from './SideRouterSlot.ts';
import type { MediaAddress } from './options.ts';
import type { RouterListen } from './WorkerSlot.ts';
import { askedNow } from './mediaErrors.ts';
import { closingLate } from './WorkerCalls.ts';

/** Maximum number of reported volumes, the loudest first. */
const MAX_VOLUMES = 10;

/** Settings that all transports of a router share. */
export interface TransportSettings {
  readonly listen: RouterListen;
  readonly addresses: readonly MediaAddress[];
  /** Whether to offer media over TCP. */
  readonly tcp: boolean;
  /** bit/s. */
  readonly initialAvailableOutgoingBitrate: number;
  /** bit/s; 0: no limit. */
  readonly maxIncomingBitrate: number;
  /** bit/s; 0: no limit. */
  readonly maxOutgoingBitrate: number;
  /** Minimum time between key frame requests to each producer, in ms; 0: no minimum. */
  readonly keyFrameRequestDelayMs: number;
}

/** Parts of a {@link MediasoupRouter}. */
export interface MediasoupRouterOptions extends MediaContext {
  readonly router: types.Router;
  readonly settings: TransportSettings;
  /** Capabilities of the endpoints of all routers with these codecs. */
  readonly receive: ReceiveCapabilities;
  /** Creates another router on the same worker. */
  readonly createSideRouter: () => Promise<types.Router>;
}

/** Router of mediasoup. */
export class MediasoupRouter extends TypedEmitter<MediaRouterEvents> implements MediaRouter {
  readonly #router: types.Router;
  readonly #settings: TransportSettings;
  readonly #receive: ReceiveCapabilities;
  readonly #side: SideRouterSlot;
  readonly #context: MediaContext;
  readonly #keyFrames: KeyFrameRequests;

  constructor({ router, settings, receive, createSideRouter, calls, onListenerError }: MediasoupRouterOptions) {
    super({ onListenerError });
    this.#router = router;
    this.#receive = receive;
    this.#side = new SideRouterSlot({ main: router, createRouter: createSideRouter, calls });
    this.#settings = settings;
    this.#context = { calls, onListenerError };
    this.#keyFrames = new KeyFrameRequests(router);
    router.on('workerclose', () => {
      emitOn(this, 'closed', { reason: 'workerDied' });
    });
  }

  get id() {
    return this.#router.id;
  }

  get rtpCapabilities() {
    return this.#receive.router;
  }

  createWebRtcTransport({ renumbers = false, ...options }: MediaTransportOptions): Promise<MediaTransport> {
    return this.#context.calls.run(async () => {
      if (!renumbers) return this.#createTransport(this.#router, options);
      const lease = await this.#side.acquire();
      try {
        return await this.#createTransport(lease.side.router, options, lease);
      } catch (error) {
        lease.release();
        throw error;
      }
    }, closingLate);
  }

  async #createTransport(
    router: types.Router,
    { forceTcp, enableSctp, reportBwe }: MediaTransportOptions,
    lease?: SideRouterLease,
  ): Promise<MediaTransport> {
    const { tcp, maxIncomingBitrate, maxOutgoingBitrate } = this.#settings;
    // A worker with one shared listener would create a transport without candidates.
    if (forceTcp && !tcp) throw new MediaError('refused', 'media over TCP is disabled');
    const transport = await router.createWebRtcTransport({
      ...listenFor(this.#settings.listen, forceTcp),
      enableUdp: !forceTcp,
      enableTcp: true,
      preferUdp: true,
      enableSctp,
      initialAvailableOutgoingBitrate: withinLimit(this.#settings),
    });
    // The room may have closed meanwhile, and the transport on the worker with it.
    if (router.closed) throw new MediaError('closed', 'closed');
    try {
      await Promise.all([
        maxIncomingBitrate === 0 ? undefined : transport.setMaxIncomingBitrate(maxIncomingBitrate),
        maxOutgoingBitrate === 0 ? undefined : transport.setMaxOutgoingBitrate(maxOutgoingBitrate),
        reportBwe ? transport.enableTraceEvent(['bwe']) : undefined,
      ]);
    } catch (error) {
      transport.close();
      throw error;
    }
    const { requestKeyFrame } = this.#keyFrames;
    return new MediasoupTransport(transport, this.#context, { settings: this.#settings, requestKeyFrame, lease });
  }

  createDirectTransport({ maxConsumedBytes, maxProducedBytes }: MediaDirectOptions): Promise<MediaDirectTransport> {
    return this.#context.calls.run(async () => {
      const transport = await this.#router.createDirectTransport({
        maxSendMessageSize: maxConsumedBytes,
        maxReceiveMessageSize: maxProducedBytes,
      });
      return new MediasoupDirectTransport(transport, this.#context);
    }, closingLate);
  }

  /** A late observer stays on the router: it observes no producer, and its room has closed. */
  createSpeechObserver({ intervalMs, thresholdDbov }: MediaSpeechOptions): Promise<MediaSpeechObserver> {
    return this.#context.calls.run(async () => {
      const [levels, speaker] = await Promise.all([
        this.#router.createAudioLevelObserver({
          interval: intervalMs,
          threshold: thresholdDbov,
          maxEntries: MAX_VOLUMES,
        }),
        this.#router.createActiveSpeakerObserver(),
      ]);
      return new MediasoupSpeechObserver(levels, speaker, this.#context);
    });
  }

  matchRtpCapabilities(rtpCapabilities: RtpCapabilities): RtpCapabilities {
    return askedNow(() => this.#receive.match(rtpCapabilities));
  }

  narrowRtpCapabilities(consumable: RtpParameters, matched: RtpCapabilities): RtpCapabilities | undefined {
    return askedNow(() => this.#receive.narrow(consumable, matched));
  }

  close(): void {
    this.#side.close();
    this.#router.close();
    this.removeAllListeners();
  }
}

/** A worker with one shared listener selects the protocol only by `enableUdp` and `enableTcp`. */
function listenFor(listen: RouterListen, forceTcp: boolean): RouterListen {
  if ('webRtcServer' in listen || !forceTcp) return listen;
  return { listenInfos: listen.listenInfos.filter(({ protocol }) => protocol === 'tcp') };
}

/** A first estimate above the limit would be reduced at once. */
function withinLimit({ initialAvailableOutgoingBitrate, maxOutgoingBitrate }: TransportSettings): number {
  return maxOutgoingBitrate === 0
    ? initialAvailableOutgoingBitrate
    : Math.min(initialAvailableOutgoingBitrate, maxOutgoingBitrate);
}
