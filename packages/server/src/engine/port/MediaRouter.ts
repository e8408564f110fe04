import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaDirectOptions, MediaDirectTransport } from './MediaDirectTransport.ts';
import type { MediaSpeechObserver, MediaSpeechOptions } from './MediaSpeechObserver.ts';
import type { MediaTransport, MediaTransportOptions } from './MediaTransport.ts';

/** Media of one room. */
export interface MediaRouter extends EventSource<MediaRouterEvents> {
  readonly id: string;
  readonly rtpCapabilities: RtpCapabilities;
  createWebRtcTransport(options: MediaTransportOptions): Promise<MediaTransport>;
  createDirectTransport(options: MediaDirectOptions): Promise<MediaDirectTransport>;
  createSpeechObserver(options: MediaSpeechOptions): Promise<MediaSpeechObserver>;
  /**
   * Returns the capabilities of an endpoint that the router can use; never larger than the router's own. Call this once for
   * each endpoint. Throws {@link MediaError} `invalidParameters` for capabilities that no endpoint can have.
   */
  matchRtpCapabilities(rtpCapabilities: RtpCapabilities): RtpCapabilities;
  /**
   * Returns the matched capabilities for a producer's `consumableRtpParameters`. Undefined where the endpoint cannot decode
   * them.
   */
  narrowRtpCapabilities(consumable: RtpParameters, matched: RtpCapabilities): RtpCapabilities | undefined;
  close(): void;
}

/** Events of a {@link MediaRouter}. */
export interface MediaRouterEvents {
  /** The router closed unexpectedly, with all its children. */
  closed: { reason: 'workerDied' };
}
