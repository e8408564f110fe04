import {
  type Extension,
  type QueryRoomResponse,
  type V2RtpCapabilities,
  fromV2Capabilities,
  isDuplicatedPeerError,
  toV2Capabilities,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { LoadedCapabilities, MediaSession } from '../../media/MediaEngine.ts';
import type {
  DialectContext,
  DialectJoinRequest,
  DialectJoinResult,
  DialectResumeResult,
  ResumableIds,
} from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import { retryIfDuplicated } from '../retryIfDuplicated.ts';
import { Welcome } from '../Welcome.ts';
import type { SessionOptions } from './options.ts';
import type { V2Consumers } from './V2Consumers.ts';
import type { V2Notifications } from './V2Notifications.ts';
import type { V2JoinResponse, V2Profile } from './V2Profile.ts';
import type { V2Requests } from './V2Requests.ts';
import type { V2Transports } from './V2Transports.ts';

export interface V2JoinOptions {
  readonly context: DialectContext;
  readonly profile: V2Profile;
  readonly media: MediaSession;
  readonly options: SessionOptions;
  readonly requests: V2Requests;
  readonly transports: V2Transports;
  readonly consumers: V2Consumers;
  readonly notifications: V2Notifications;
  /** Throws once the session is closed. */
  readonly assertOpen: () => void;
  /** The server continues with this session. */
  readonly onResumed: () => void;
}

/** Data that a session leaves to the next session of the room. */
interface RememberedCapabilities {
  /** Receive capabilities of the client, with the router's capabilities (as JSON) that they were derived from. */
  receiving?: { readonly router: string; readonly rtpCapabilities: V2RtpCapabilities };
}

/** Additive extensions that this client supports; other servers ignore them. */
const supportedExtensions: readonly Extension[] = ['resumeToken', 'closeConsumer', 'textMessage'];

/** Joins and resumes a session, and derives the client's capabilities from those of the router. */
export class V2Join {
  readonly welcome = new Welcome<QueryRoomResponse>();
  readonly #options: V2JoinOptions;
  readonly #remembered: RememberedCapabilities;
  /** Receive capabilities of the last request to join. */
  #rtpCapabilities: V2RtpCapabilities | undefined;

  constructor(options: V2JoinOptions) {
    this.#options = options;
    this.#remembered = options.context.memory.recall((): RememberedCapabilities => ({}));
  }

  /**
   * Requests the transports together with the join. That takes two round trips where the client waits for the capabilities, and
   * one where the response to join has them, or the server sent a welcome.
   */
  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { profile, options, requests, transports, assertOpen } = this.#options;
    const { queriesRoom } = profile;
    let rtpCapabilities = request.consume ? this.#remembered.receiving?.rtpCapabilities : noCapabilities;
    if (queriesRoom) {
      const queried = requests.send('queryRoom', {}) as Promise<QueryRoomResponse>;
      const { rtpCapabilities: router, mandatoryCodecPayloadTypes } = await this.welcome.or(queried);
      const loaded = await this.#load(router);
      checkMandatory(mandatoryCodecPayloadTypes, loaded);
      if (request.consume) rtpCapabilities = toV2Capabilities(loaded.recvRtpCapabilities);
    }
    this.#rtpCapabilities = rtpCapabilities;
    const joining = this.#requestJoin(request);
    const [joined, send, recv] = await Promise.all([
      joining,
      options.spy === true ? null : transports.create('send', joining),
      transports.create('recv', joining),
    ]);
    if (!queriesRoom && joined.rtpCapabilities !== undefined) await this.#learn(joined.rtpCapabilities);
    assertOpen();
    transports.open(send, recv);
    return this.#enter(request, joined);
  }

  async resume(
    request: DialectJoinRequest,
    { producers, consumers }: ResumableIds,
  ): Promise<DialectResumeResult | null> {
    const { context, requests, transports, consumers: known, assertOpen, onResumed } = this.#options;
    const { resumeToken } = context.memory;
    if (resumeToken === undefined || !transports.areConfirmed) return null;
    const holds = { producers: producers.map(Number), consumers: consumers.map(Number) };
    try {
      const joined = await this.#requestJoin(request, { resumeToken, holds });
      assertOpen();
      const resumed = toResumed(joined);
      for (const { id, profile } of known.retainOnly(resumed.consumers))
        requests.send('setConsumerPreferredProfile', { id, profile }).catch((error: unknown) => {
          context.logger.debug(`failed to restore the profile of consumer ${id}`, error);
        });
      onResumed();
      return { ...this.#enter(request, joined), ...resumed };
    } catch (error) {
      // A refusal leaves the connection usable: a join follows.
      if (TureenError.is(error) && error.code === 'requestRefused' && !error.retryable) return null;
      throw error;
    }
  }

  async #requestJoin(request: DialectJoinRequest, resuming?: object): Promise<V2JoinResponse> {
    const { context, profile, options, requests } = this.#options;
    const { spy } = options;
    const { peerId } = context.identity;
    const rtpCapabilities = this.#rtpCapabilities;
    const appData = withName(request.appData, request.displayName, peerId);
    const joining = requests.send('join', {
      ...(profile.namesPeer ? { peerName: peerId, ...(spy === true ? { spy } : {}) } : {}),
      ...(rtpCapabilities === undefined ? {} : { rtpCapabilities }),
      ...(appData === undefined ? {} : { appData }),
      extensions: supportedExtensions,
      ...resuming,
    });
    return joining.catch(retryIfDuplicated(isDuplicatedPeerError)) as Promise<V2JoinResponse>;
  }

  #enter({ appData, displayName }: DialectJoinRequest, joined: V2JoinResponse): DialectJoinResult {
    const { context, profile, requests, notifications } = this.#options;
    const { peerId } = context.identity;
    context.memory.resumeToken = joined.resumeToken;
    if (displayName !== peerId && withName(appData, displayName, peerId) === appData)
      requests.requestOutOfBand('change-display-name', { displayName }).catch((error: unknown) => {
        context.logger.debug('failed to send the display name', error);
      });
    const { peers, events } = notifications.handleJoined(joined.peers);
    const announced = new Set(joined.extensions);
    const added = { text: announced.has('textMessage'), closeConsumer: announced.has('closeConsumer') };
    return { peers, capabilities: { ...profile.capabilities, ...added }, events };
  }

  async #load(router: V2RtpCapabilities): Promise<LoadedCapabilities> {
    const loaded = await this.#options.media.load(fromV2Capabilities(router));
    this.#options.assertOpen();
    return loaded;
  }

  /** Loads capabilities that came with the response to join. The next join sends those of the client. */
  async #learn(router: V2RtpCapabilities): Promise<void> {
    const { recvRtpCapabilities } = await this.#load(router);
    const text = JSON.stringify(router);
    const { receiving } = this.#remembered;
    if (receiving !== undefined && receiving.router !== text)
      this.#options.context.logger.warn('found other router codecs than before: offered consumers may be undecodable');
    this.#remembered.receiving = { router: text, rtpCapabilities: toV2Capabilities(recvRtpCapabilities) };
  }
}

const noCapabilities: V2RtpCapabilities = { codecs: [], headerExtensions: [], fecMechanisms: [] };

/** Returns the resumed entities, by the room's IDs. */
function toResumed({ resumed }: V2JoinResponse): Omit<DialectResumeResult, keyof DialectJoinResult> {
  const none = new Set<string>();
  return {
    producers: new Map(resumed?.producers.map(({ id, paused }) => [String(id), { paused }])),
    consumers: new Map(
      resumed?.consumers.map(({ id, paused, producerPaused: remotePaused }) => [String(id), { paused, remotePaused }]),
    ),
    dataProducers: none,
    dataConsumers: none,
  };
}

/** Adds the display name where apps of mediasoup 2 put it, unless the name is the peer ID or appData has no place for it. */
function withName(appData: unknown, displayName: string, peerId: string): unknown {
  if (displayName === peerId) return appData;
  const isPlain = typeof appData === 'object' && appData !== null && !Array.isArray(appData);
  return isPlain || appData === undefined ? { ...appData, displayName } : appData;
}

function checkMandatory(payloadTypes: readonly number[], { recvRtpCapabilities }: LoadedCapabilities): void {
  const known = new Set(recvRtpCapabilities.codecs?.map((codec) => codec.preferredPayloadType));
  const missing = payloadTypes.find((payloadType) => !known.has(payloadType));
  if (missing !== undefined)
    throw new TureenError(
      'unsupportedCodec',
      `the room requires the codec of payload type ${missing}, which this browser lacks`,
      {
        method: 'queryRoom',
        argument: 'mandatoryCodecPayloadTypes',
      },
    );
}
