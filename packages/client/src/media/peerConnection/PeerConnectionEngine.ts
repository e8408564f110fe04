import { silentLogger, type Logger } from '../../shared/logger.ts';
import type { PeerConnectionMedia, PeerConnectionSession } from '../PeerConnectionMedia.ts';
import type { PeerConnectionProfile } from './codecs.ts';
import { OfferSession } from './OfferSession.ts';

export interface PeerConnectionEngineOptions {
  /**
   * `standard`: VP8 and H264 are offered, and the server sends what the answer says. `rtcpilot`: H264 42e01f only, no
   * simulcast, and pulled packets come as the publisher sent them. Default `standard`.
   */
  readonly profile?: PeerConnectionProfile | undefined;
  /** Goes into the configuration of each RTCPeerConnection. Default: max-bundle, and no ICE server. */
  readonly configuration?: RTCConfiguration | undefined;
  /**
   * Whether this browser receives payload types that were changed in its own offer. Default: any but Firefox, which takes
   * such an offer without complaint and then decodes nothing; it is made to answer instead where its numbers do not fit.
   */
  readonly renumberPayloadTypes?: boolean | undefined;
  /** Default: the room's. */
  readonly logger?: Logger | undefined;
}

/** Moves media over one RTCPeerConnection per push and per pull. Touches no browser global before the first of them. */
export class PeerConnectionEngine implements PeerConnectionMedia {
  readonly #options: PeerConnectionEngineOptions;

  constructor(options: PeerConnectionEngineOptions = {}) {
    this.#options = options;
  }

  open(roomLogger = silentLogger): PeerConnectionSession {
    const { profile = 'standard', configuration, renumberPayloadTypes, logger = roomLogger } = this.#options;
    return new OfferSession({
      profile,
      configuration: { bundlePolicy: 'max-bundle', ...configuration },
      renumberPayloadTypes,
      logger,
    });
  }
}
