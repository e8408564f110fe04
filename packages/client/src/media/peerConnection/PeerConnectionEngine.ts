import { checkOptions, checkParts } from '../../shared/checks/development.ts';
import { silentLogger, type Logger } from '../../shared/logger.ts';
import type { PeerConnectionMedia, PeerConnectionOpenOptions, PeerConnectionSession } from '../PeerConnectionMedia.ts';
import { OfferSession } from './OfferSession.ts';

/** Options of `peerConnectionEngine()`. */
export interface PeerConnectionEngineOptions {
  /** Configuration of each RTCPeerConnection. Default: max-bundle, without ICE servers. */
  readonly configuration?: RTCConfiguration | undefined;
  /**
   * Whether the browser receives payload types that were changed in its own offer. Default true, except in Firefox, which accepts
   * such an offer and decodes nothing. Where payload types differ, Firefox answers an offer instead.
   */
  readonly renumberPayloadTypes?: boolean | undefined;
  /** Logger of the engine. Default: the logger of the room. */
  readonly logger?: Logger | undefined;
}

/** Moves media over one RTCPeerConnection per push and per pull. Uses no browser global before the first of them. */
export class PeerConnectionEngine implements PeerConnectionMedia {
  readonly #options: PeerConnectionEngineOptions;

  /** Throws `invalidArgument`; `argument` names the option. */
  constructor(options: PeerConnectionEngineOptions = {}) {
    checkOptions(options);
    checkParts(options);
    this.#options = options;
  }

  open({ profile = 'standard', iceServers, ...opened }: PeerConnectionOpenOptions = {}): PeerConnectionSession {
    const { configuration, renumberPayloadTypes, logger = opened.logger ?? silentLogger } = this.#options;
    return new OfferSession({
      profile,
      configuration: {
        bundlePolicy: 'max-bundle',
        ...configuration,
        ...(iceServers && { iceServers: [...iceServers] }),
      },
      renumberPayloadTypes,
      logger,
    });
  }
}

/**
 * Creates the default engine of `pushPull()`, over the browser's RTCPeerConnection. Call this function to configure or wrap the
 * engine.
 *
 * @example
 * ```ts
 * const engine = peerConnectionEngine({ configuration: { iceTransportPolicy: 'relay' } });
 * const dialect = pushPull({ engine });
 * ```
 */
export function peerConnectionEngine(options?: PeerConnectionEngineOptions): PeerConnectionMedia {
  return new PeerConnectionEngine(options);
}
