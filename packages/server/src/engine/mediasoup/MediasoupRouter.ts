import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup';
import { TypedEmitter } from '../../shared/TypedEmitter.ts';
import type {
  MediaRouter,
  MediaRouterEvents,
  MediaSpeechObserver,
  MediaSpeechOptions,
  MediaTransport,
  MediaTransportOptions,
} from '../MediaBackend.ts';
import { matchedCapabilities, narrowedCapabilities } from './capabilities.ts';
import { MediasoupSpeechObserver } from './MediasoupSpeechObserver.ts';
import { MediasoupTransport } from './MediasoupTransport.ts';
import type { ReportListenerError } from './MediasoupTransport.ts';
import { asked, askedNow } from './mediaErrors.ts';

/** How many of the loudest are told at a time. */
const MAX_VOLUMES = 10;

/** What every transport of the backend has in common. */
export interface TransportSettings {
  readonly listenInfos: types.TransportListenInfo[];
  /** bit/s. */
  readonly initialAvailableOutgoingBitrate: number;
  /** bit/s. */
  readonly maxIncomingBitrate: number | undefined;
}

/** A Router of mediasoup. */
export class MediasoupRouter extends TypedEmitter<MediaRouterEvents> implements MediaRouter {
  readonly #router: types.Router;
  readonly #settings: TransportSettings;
  readonly #onListenerError: ReportListenerError;

  constructor(router: types.Router, settings: TransportSettings, onListenerError: ReportListenerError) {
    super(onListenerError);
    this.#router = router;
    this.#settings = settings;
    this.#onListenerError = onListenerError;
    router.on('workerclose', () => {
      this.emit('closed', { reason: 'workerDied' });
    });
  }

  get id() {
    return this.#router.id;
  }

  get rtpCapabilities() {
    return this.#router.rtpCapabilities;
  }

  createWebRtcTransport({ forceTcp, enableSctp, reportBwe }: MediaTransportOptions): Promise<MediaTransport> {
    return asked(async () => {
      const { listenInfos, initialAvailableOutgoingBitrate, maxIncomingBitrate } = this.#settings;
      const transport = await this.#router.createWebRtcTransport({
        listenInfos: forceTcp ? listenInfos.filter(({ protocol }) => protocol === 'tcp') : listenInfos,
        enableUdp: !forceTcp,
        enableTcp: true,
        preferUdp: true,
        enableSctp,
        initialAvailableOutgoingBitrate,
      });
      await Promise.all([
        maxIncomingBitrate === undefined ? undefined : transport.setMaxIncomingBitrate(maxIncomingBitrate),
        reportBwe ? transport.enableTraceEvent(['bwe']) : undefined,
      ]);
      return new MediasoupTransport(transport, this.#onListenerError);
    });
  }

  createSpeechObserver({ intervalMs, thresholdDbov }: MediaSpeechOptions): Promise<MediaSpeechObserver> {
    return asked(async () => {
      const [levels, speaker] = await Promise.all([
        this.#router.createAudioLevelObserver({
          interval: intervalMs,
          threshold: thresholdDbov,
          maxEntries: MAX_VOLUMES,
        }),
        this.#router.createActiveSpeakerObserver(),
      ]);
      return new MediasoupSpeechObserver(levels, speaker, this.#onListenerError);
    });
  }

  matchRtpCapabilities(rtpCapabilities: RtpCapabilities): RtpCapabilities {
    return askedNow(() => matchedCapabilities(this.rtpCapabilities, rtpCapabilities));
  }

  narrowRtpCapabilities(consumable: RtpParameters, matched: RtpCapabilities): RtpCapabilities | undefined {
    return askedNow(() => narrowedCapabilities(consumable, matched));
  }

  close(): void {
    this.#router.close();
    this.clear();
  }
}
