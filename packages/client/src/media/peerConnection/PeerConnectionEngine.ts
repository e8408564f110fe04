import { checkOptions, checkParts } from '../../shared/checks/development.ts';
import { silentLogger, type Logger } from '../../shared/logger.ts';
import type { PeerConnectionMedia, PeerConnectionSession } from '../PeerConnectionMedia.ts';
import type { PeerConnectionProfile } from './codecs.ts';
import { OfferSession } from './OfferSession.ts';

export interface PeerConnectionEngineOptions {
  /**
   * `standard`: offers VP8 and H264, and the server sends as the answer states. `rtcpilot`: offers H264 42e01f only, without
   * simulcast, and the server forwards packets as the publisher sent them. Default `standard`.
   */
  readonly profile?: PeerConnectionProfile | undefined;
  /** Configuration of each RTCPeerConnection. Default: max-bundle, and no ICE servers. */
  readonly configuration?: RTCConfiguration | undefined;
  /**
   * Whether the browser receives payload types that were changed in its own offer. Default true, except in Firefox, which
   * accepts such an offer and decodes nothing. There the browser answers an offer instead where its payload types differ.
   */
  readonly renumberPayloadTypes?: boolean | undefined;
  /** Default: the room's logger. */
  readonly logger?: Logger | undefined;
}

/** Moves media over one RTCPeerConnection per push and per pull. Touches no browser global before the first of them. */
export class PeerConnectionEngine implements PeerConnectionMedia {
  readonly #options: PeerConnectionEngineOptions;

  /** Throws `invalidArgument` naming the option. */
  constructor(options: PeerConnectionEngineOptions = {}) {
    checkOptions(options);
    checkParts(options);
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
