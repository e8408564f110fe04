import type { MediaKind } from '@tureen/protocol/common';

import { TureenError, toTureenError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { MediaConsumer, ProducerEncoding } from '../MediaEngine.ts';
import type {
  PeerConnectionHandlers,
  PeerConnectionPushOptions,
  PeerConnectionSession,
  PullRequest,
  PushExchange,
  PushedProducer,
  SdpExchange,
} from '../PeerConnectionMedia.ts';
import { alignPullOffer } from './alignPullOffer.ts';
import { applyCodecOptions } from './answerOptions.ts';
import { canPullTogether, canReceive, codecsToOffer, type PeerConnectionProfile } from './codecs.ts';
import { mergeStats } from './mergeStats.ts';
import { checkSources } from './normaliseAnswer.ts';
import { OfferConnection } from './OfferConnection.ts';
import { PulledTrack } from './PulledTrack.ts';
import { PushedTrack } from './PushedTrack.ts';

export interface OfferSessionOptions {
  readonly profile: PeerConnectionProfile;
  readonly configuration: RTCConfiguration;
  readonly renumberPayloadTypes: boolean | undefined;
  readonly logger: Logger;
}

/** The connections of one attempt. */
export class OfferSession implements PeerConnectionSession {
  readonly #options: OfferSessionOptions;
  readonly #connections = new Set<OfferConnection>();
  #closed = false;

  constructor(options: OfferSessionOptions) {
    this.#options = options;
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
    const { track, paused = false, codecOptions = {} } = options;
    if (track.readyState === 'ended')
      throw new TureenError('invalidState', `the ${track.kind} track has ended`, { hint: 'Capture it again.' });
    const { profile, logger } = this.#options;
    const connection = this.#open('send', handlers);
    let { id } = options;
    const transceiver = await connection.perform('push', async () => {
      const codecs = codecsToOffer(track.kind as MediaKind, options.codec, profile);
      const made = connection.pc.addTransceiver(track, {
        direction: 'sendonly',
        sendEncodings: toSendEncodings(options.encodings ?? [], profile),
      });
      setCodecs(made, codecs);
      // Before the offer, so that not one packet leaves.
      if (paused) await made.sender.replaceTrack(null);
      return made;
    });
    await connection.negotiate(
      async (offer) => {
        const answer = await exchange(offer);
        id = answer.id ?? id;
        return answer.sdp;
      },
      { finish: (answer) => applyCodecOptions(answer, codecOptions) },
    );
    connection.assertOpen();
    return new PushedTrack(connection, transceiver, { id, track, paused, logger });
  }

  async pull(
    wanted: readonly PullRequest[],
    exchange: SdpExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<readonly MediaConsumer[]> {
    this.#assertOpen();
    if (!canPullTogether(wanted))
      throw new TureenError('invalidArgument', 'these cannot be pulled over one connection', {
        hint: 'Pull them one by one.',
      });
    const connection = this.#open('recv', handlers);
    await connection.perform('pull', async () => {
      for (const { kind } of wanted) connection.pc.addTransceiver(kind, { direction: 'recvonly' });
    });
    await connection.negotiate(exchange, {
      align: (offer) => this.#align(offer, wanted),
      ...(this.#options.profile === 'rtcpilot' ? { finish: checkSources } : {}),
    });
    const open = new Set<PulledTrack>();
    await connection.perform('pull', async () => {
      for (const [index, { id }] of wanted.entries()) {
        // Offers number their sections; those of a reversed one have transceivers of their own.
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

  canPullTogether(wanted: readonly Pick<PullRequest, 'kind' | 'rtpParam'>[]): boolean {
    return canPullTogether(wanted);
  }

  canReceive(wanted: Pick<PullRequest, 'kind' | 'rtpParam'>): boolean {
    return canReceive(wanted);
  }

  async getTransportStats(direction: 'send' | 'recv'): Promise<RTCStatsReport | null> {
    this.#assertOpen();
    const connections = [...this.#connections].filter((connection) => connection.direction === direction);
    try {
      // One that closes meanwhile has nothing to say.
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

  #align(offer: string, wanted: readonly PullRequest[]): { sdp: string; isReversed: boolean } {
    const { profile, renumberPayloadTypes = !isFirefoxOffer(offer) } = this.#options;
    const rtpParams = wanted.map(({ rtpParam }) => rtpParam);
    const isMidRewritten = profile !== 'rtcpilot';
    const sdp = alignPullOffer(offer, rtpParams, { renumberPayloadTypes, isMidRewritten });
    if (sdp !== null) return { sdp, isReversed: false };
    const renumbered = alignPullOffer(offer, rtpParams, { renumberPayloadTypes: true, isMidRewritten });
    return { sdp: renumbered ?? offer, isReversed: true };
  }

  #open(direction: 'send' | 'recv', handlers: PeerConnectionHandlers): OfferConnection {
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

/** Firefox signs its descriptions, whatever the user agent says. */
const isFirefoxOffer = (offer: string): boolean => /^o=mozilla/m.test(offer);

function setCodecs(transceiver: RTCRtpTransceiver, codecs: RTCRtpCodec[]): void {
  // Firefox has it since 128; an older one offers what it likes.
  if ('setCodecPreferences' in transceiver) transceiver.setCodecPreferences(codecs);
}

/** Simulcast where there are several; RTCPilot would forward one of them and knows no rid. */
function toSendEncodings(
  encodings: readonly ProducerEncoding[],
  profile: PeerConnectionProfile,
): RTCRtpEncodingParameters[] {
  if (encodings.length > 1 && profile !== 'rtcpilot')
    return encodings.map((one, index) => ({ ...one, rid: `r${index}` }));
  return encodings.slice(-1).map((one) => ({ ...one }));
}
