import { invalidArgument } from '../../shared/invalidArgument.ts';
import { TureenError, toTureenError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { MediaConsumer } from '../MediaEngine.ts';
import type {
  PeerConnectionHandlers,
  PeerConnectionProfile,
  PeerConnectionPushOptions,
  PeerConnectionSession,
  PullRequest,
  PushExchange,
  PushedProducer,
  SdpExchange,
} from '../PeerConnectionMedia.ts';
import { alignPullOffer } from './alignPullOffer.ts';
import { canPullTogether, canReceive } from './codecs.ts';
import { mergeStats } from './mergeStats.ts';
import { checkSources } from './normalizeAnswer.ts';
import { OfferConnection } from './OfferConnection.ts';
import { PulledTrack } from './PulledTrack.ts';
import { Pushes } from './Pushes.ts';

export interface OfferSessionOptions {
  readonly profile: PeerConnectionProfile;
  readonly configuration: RTCConfiguration;
  readonly renumberPayloadTypes: boolean | undefined;
  readonly logger: Logger;
}

/** Connections of one attempt to join. */
export class OfferSession implements PeerConnectionSession {
  readonly #options: OfferSessionOptions;
  readonly #connections = new Set<OfferConnection>();
  readonly #pushes: Pushes;
  #closed = false;

  constructor(options: OfferSessionOptions) {
    this.#options = options;
    const { profile, logger } = options;
    this.#pushes = new Pushes({ profile, logger, open: (handlers) => this.#open('send', handlers) });
  }

  get closed(): boolean {
    return this.#closed;
  }

  async push(
    options: PeerConnectionPushOptions,
    exchange: PushExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<PushedProducer> {
    this.#assertOpen();
    const { track } = options;
    if (track.readyState === 'ended')
      throw new TureenError('invalidState', `the ${track.kind} track has ended`, { hint: 'Capture the track again.' });
    return this.#pushes.push(options, exchange, handlers);
  }

  async pull(
    streams: readonly PullRequest[],
    exchange: SdpExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<readonly MediaConsumer[]> {
    this.#assertOpen();
    if (!canPullTogether(streams))
      throw invalidArgument('streams', 'Pull each stream alone.', 'the streams cannot share a connection');
    const connection = this.#open('recv', handlers);
    await connection.perform('pull', async () => {
      for (const { kind } of streams) connection.pc.addTransceiver(kind, { direction: 'recvonly' });
    });
    await connection.negotiate(exchange, {
      align: (offer) => this.#align(offer, streams),
      ...(this.#options.profile === 'rtcpilot' ? { finish: checkSources } : {}),
    });
    const open = new Set<PulledTrack>();
    await connection.perform('pull', async () => {
      for (const [index, { id }] of streams.entries()) {
        // Sections of an offer have numbers. Those of a reversed offer have transceivers that the browser created.
        const transceiver = connection.pc.getTransceivers().find(({ mid }) => mid === String(index));
        if (transceiver === undefined) throw new Error(`there is no section for '${id}'`);
        open.add(
          new PulledTrack(id, transceiver.receiver, (track) => {
            open.delete(track);
            if (open.size === 0) connection.close();
          }),
        );
      }
    });
    connection.assertOpen();
    const tracks = [...open];
    connection.onEnd = () => {
      for (const track of tracks) track.close();
    };
    return tracks;
  }

  canPullTogether(streams: readonly Pick<PullRequest, 'kind' | 'rtpParam'>[]): boolean {
    return canPullTogether(streams);
  }

  canReceive(stream: Pick<PullRequest, 'kind' | 'rtpParam'>): boolean {
    return canReceive(stream);
  }

  async getTransportStats(direction: 'send' | 'recv'): Promise<RTCStatsReport | null> {
    this.#assertOpen();
    const connections = [...this.#connections].filter((connection) => connection.direction === direction);
    try {
      // A connection that closes meanwhile has no statistics.
      const reports = await Promise.all(connections.map((connection) => connection.readStats()));
      return mergeStats(reports.filter((report) => report !== null));
    } catch (error) {
      throw toTureenError(error, 'mediaFailed', 'getStats');
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const connection of [...this.#connections]) connection.close();
  }

  #align(offer: string, streams: readonly PullRequest[]): { sdp: string; isReversed: boolean } {
    const { profile, renumberPayloadTypes = !isFirefoxOffer(offer) } = this.#options;
    const rtpParams = streams.map(({ rtpParam }) => rtpParam);
    const isMidRewritten = profile !== 'rtcpilot';
    const sdp = alignPullOffer(offer, rtpParams, { renumberPayloadTypes, isMidRewritten });
    if (sdp !== null) return { sdp, isReversed: false };
    const renumbered = alignPullOffer(offer, rtpParams, { renumberPayloadTypes: true, isMidRewritten });
    return { sdp: renumbered ?? offer, isReversed: true };
  }

  #open(direction: 'send' | 'recv', handlers: PeerConnectionHandlers): OfferConnection {
    this.#assertOpen();
    const { configuration, logger } = this.#options;
    const connection = new OfferConnection({
      direction,
      configuration,
      handlers,
      logger,
      onClosed: (closed) => this.#connections.delete(closed),
    });
    this.#connections.add(connection);
    return connection;
  }

  #assertOpen(): void {
    if (this.#closed) throw new TureenError('closed', 'the media session is closed');
  }
}

/** Returns whether Firefox made the offer. Firefox marks its descriptions, also under another user agent string. */
const isFirefoxOffer = (offer: string): boolean => /^o=mozilla/m.test(offer);
