import { checkOptions, checkParts } from '../../shared/checks/development.ts';
import { silentLogger, type Logger } from '../../shared/logger.ts';
import type { PeerConnectionMedia, PeerConnectionOpenOptions, PeerConnectionSession } from '../PeerConnectionMedia.ts';
import { OfferSession } from './OfferSession.ts';

/** Options of `peerConnectionEngine()`. */
export interface PeerConnectionEngineOptions {
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
 * Creates the engine that `pushPull()` uses by default, over the browser's RTCPeerConnection. For an app that configures the engine
 * or wraps it: `pushPull({ engine: peerConnectionEngine({ configuration: { iceTransportPolicy: 'relay' } }) })`.
 */
export function peerConnectionEngine(options?: PeerConnectionEngineOptions): PeerConnectionMedia {
  return new PeerConnectionEngine(options);
}
