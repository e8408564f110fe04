import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaDirectOptions, MediaDirectTransport } from './MediaDirectTransport.ts';
import type { MediaSpeechObserver, MediaSpeechOptions } from './MediaSpeechObserver.ts';
import type { MediaTransport, MediaTransportOptions } from './MediaTransport.ts';

/** The media of one room. */
export interface MediaRouter extends EventSource<MediaRouterEvents> {
  readonly id: string;
  readonly rtpCapabilities: RtpCapabilities;
  createWebRtcTransport(options: MediaTransportOptions): Promise<MediaTransport>;
  createDirectTransport(options: MediaDirectOptions): Promise<MediaDirectTransport>;
  createSpeechObserver(options: MediaSpeechOptions): Promise<MediaSpeechObserver>;
  /**
   * Of what an endpoint can receive, the part that the router can send: no larger than the router's own capabilities. To be
   * done once for each endpoint. Throws {@link MediaError} `invalidParameters` for capabilities that no endpoint can have.
   */
  matchRtpCapabilities(rtpCapabilities: RtpCapabilities): RtpCapabilities;
  /** Of matched capabilities, the part for a producer's `consumableRtpParameters`; undefined where it cannot be decoded. */
  narrowRtpCapabilities(consumable: RtpParameters, matched: RtpCapabilities): RtpCapabilities | undefined;
  close(): void;
}

/** What a {@link MediaRouter} tells. */
export interface MediaRouterEvents {
  /** It ended without our asking, and everything on it. */
  closed: { reason: 'workerDied' };
}
