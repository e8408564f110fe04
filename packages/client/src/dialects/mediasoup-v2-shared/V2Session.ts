import {
  type Extension,
  type QueryRoomResponse,
  type V2RtpCapabilities,
  fromV2Capabilities,
  isDuplicatedPeerError,
  toV2Capabilities,
} from '@tureen/protocol/mediasoup-v2-shared';
import type {
  LoadedCapabilities,
  MediaConsumer,
  MediaProduceOptions,
  MediaProducer,
  MediaSession,
  ProducerEncoding,
} from '../../media/MediaEngine.ts';
import type {
  ConsumeSettings,
  DialectContext,
  DialectJoinRequest,
  DialectJoinResult,
  DialectResumeResult,
  DialectSession,
  ResumableIds,
  StatsTarget,
} from '../../room/DialectPort.ts';
import type { ConsumerOffer, Layers, TransportDirection } from '../../room/entityInfo.ts';
import { leftWhileJoining } from '../../shared/commonErrors.ts';
import { TureenError, asRetryable } from '../../shared/errors.ts';
import type { Answer } from '../../signaling/SignalingChannel.ts';
import { V2Consumers, type KnownConsumer } from './V2Consumers.ts';
import { V2Notifications } from './V2Notifications.ts';
import { V2Transports } from './V2Transports.ts';
import { V2Requests } from './V2Requests.ts';
import type { V2Options } from './options.ts';
import { toLayers, toProfile } from './profiles.ts';
import { ServerStats } from './ServerStats.ts';
import type { ClientWord, EnableAnswer, V2Profile, JoinAnswer } from './V2Profile.ts';

/** The options of whichever dialect it is. */
export interface SessionOptions extends V2Options {
  readonly spy?: boolean | undefined;
}

/** What one session leaves to the next of the same room. */
interface LearntCapabilities {
  /** Receive capabilities of the client, and the router's capabilities, as JSON, for which they hold. */
  receiving?: { readonly router: string; readonly rtpCapabilities: V2RtpCapabilities };
}

export interface V2SessionOptions {
  readonly context: DialectContext;
  readonly profile: V2Profile;
  readonly media: MediaSession;
  readonly options: SessionOptions;
}

/** Our additions that are understood here; strangers read past them. */
const understood: readonly Extension[] = ['resumeToken', 'closeConsumer', 'textMessage'];
/** Most streams that one producer can have: there are names for no more. */
const streamsAtMost = 3;

/** One attempt at a room, in the words of mediasoup 2 and of the two that came before it. */
export class V2Session implements DialectSession {
  readonly appliesInitialSettings = true;
  readonly #context: DialectContext;
  readonly #profile: V2Profile;
  readonly #media: MediaSession;
  readonly #options: SessionOptions;
  readonly #learnt: LearntCapabilities;
  readonly #requests: V2Requests;
  readonly #notifications: V2Notifications;
  readonly #stats: ServerStats;
  readonly #consumers = new V2Consumers();
  readonly #transports: V2Transports;
  /** What this end can receive, as it was said at join. */
  #rtpCapabilities: V2RtpCapabilities | undefined;
  #closed = false;

  constructor({ context, profile, media, options }: V2SessionOptions) {
    this.#context = context;
    this.#profile = profile;
    this.#media = media;
    this.#options = options;
    this.#learnt = context.memory.recall((): LearntCapabilities => ({}));
    this.#requests = new V2Requests(context, profile, options);
    this.#transports = new V2Transports({
      requests: this.#requests,
      media,
      forceTcp: options.forceTcp === true,
      onState: (direction, state) => {
        if (!this.#closed) context.emit({ type: 'transportState', direction, state });
      },
    });
    this.#stats = new ServerStats({
      clock: context.clock,
      tell: async (method, data) => {
        await this.#requests.send(method, data);
      },
    });
    this.#notifications = new V2Notifications({
      profile,
      logger: context.logger,
      emit: context.emit,
      consumers: this.#consumers,
      stats: this.#stats,
      sourceByKind: options.sourceByKind ?? false,
      canReceive: (rtpParameters) => media.canReceive(rtpParameters),
      directionOf: (id) => this.#transports.directionOf(id),
    });
  }

  handleRequest(method: string, data: unknown, answer: Answer): void {
    if (!this.#closed) this.#notifications.handle(method, data, answer);
  }

  handleNotification(method: string, data: unknown): void {
    if (!this.#closed) this.#notifications.handle(method, data);
  }

  /**
   * The transports are asked for together with join. With the question for the capabilities that is two round trips, and one
   * where these come with the answer.
   */
  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { queriesRoom } = this.#profile;
    let rtpCapabilities = request.consume ? this.#learnt.receiving?.rtpCapabilities : nothing;
    if (queriesRoom) {
      const { rtpCapabilities: router, mandatoryCodecPayloadTypes } = (await this.#say(
        'queryRoom',
        {},
      )) as QueryRoomResponse;
      const loaded = await this.#load(router);
      checkMandatory(mandatoryCodecPayloadTypes, loaded);
      if (request.consume) rtpCapabilities = toV2Capabilities(loaded.recvRtpCapabilities);
    }
    this.#rtpCapabilities = rtpCapabilities;
    const joining = this.#askToJoin(request);
    const [joined, send, recv] = await Promise.all([
      joining,
      this.#options.spy === true ? null : this.#transports.ask('send', joining),
      this.#transports.ask('recv', joining),
    ]);
    if (!queriesRoom && joined.rtpCapabilities !== undefined) await this.#learn(joined.rtpCapabilities);
    this.#assertOpen();
    this.#transports.open(send, recv);
    return this.#enter(request, joined);
  }

  async resume(
    request: DialectJoinRequest,
    { producers, consumers }: ResumableIds,
  ): Promise<DialectResumeResult | null> {
    const { resumeToken } = this.#context.memory;
    if (resumeToken === undefined || !this.#transports.areSure) return null;
    const holds = { producers: producers.map(Number), consumers: consumers.map(Number) };
    try {
      const joined = await this.#askToJoin(request, { resumeToken, holds });
      this.#assertOpen();
      const resumed = toResumed(joined);
      for (const { id, profile } of this.#consumers.retainOnly(resumed.consumers))
        this.#say('setConsumerPreferredProfile', { id, profile }).catch((error: unknown) => {
          this.#context.logger.debug(`consumer ${id} keeps another profile`, error);
        });
      this.#stats.handleResumed();
      return { ...this.#enter(request, joined), ...resumed };
    } catch (error) {
      // Refused for whatever reason, the connection is as good as new: a join follows.
      if (error instanceof TureenError && error.code === 'requestRefused' && !error.retryable) return null;
      throw error;
    }
  }

  async leave(): Promise<void> {
    await this.#say('leave', {});
  }

  async produce(options: MediaProduceOptions): Promise<MediaProducer> {
    if (this.#options.spy === true)
      throw new TureenError('unsupported', 'a spy sends nothing', { hint: 'join without `spy`' });
    const { encodings } = options;
    if (encodings !== undefined && encodings.length > streamsAtMost)
      throw new TureenError('invalidArgument', `${this.#profile.name} has names for ${streamsAtMost} encodings only`, {
        hint: 'encodings',
      });
    return this.#transports.send.produce({ ...options, encodings: encodings?.map(withoutSpatialLayers) });
  }

  async closeProducer(producerId: string): Promise<void> {
    await this.#say('closeProducer', { id: Number(producerId) });
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#say(paused ? 'pauseProducer' : 'resumeProducer', { id: Number(producerId) });
  }

  /** The server sends once it is told that all is ready here: before that, the first key frame would be lost. */
  async consume(offer: ConsumerOffer, wishes: ConsumeSettings): Promise<MediaConsumer> {
    const { id, producerId, kind, rtpParameters, peerId, source } = offer;
    const transport = this.#transports.recv;
    const streamId = `${peerId}-${source === 'screen' || source === 'screenAudio' ? 'screen' : 'main'}`;
    const media = await transport.consume({ id, producerId, kind, rtpParameters, streamId });
    try {
      const known = this.#consumers.get(id);
      if (known === undefined) throw new TureenError('closed', `consumer ${id} was closed before it was received`);
      await this.#enable(known, Number(transport.id), wishes);
    } catch (error) {
      media.close();
      throw error;
    }
    return media;
  }

  async setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    const known = this.#consumers.get(consumerId);
    if (known === undefined || known.paused === paused) return;
    known.paused = paused;
    if (!known.enabled) return;
    try {
      await this.#say(paused ? 'pauseConsumer' : 'resumeConsumer', { id: known.id });
    } catch (error) {
      known.paused = !paused;
      throw error;
    }
  }

  async setPreferredLayers(consumerId: string, { spatialLayer }: Layers): Promise<void> {
    const profile = toProfile(spatialLayer);
    const known = this.#consumers.get(consumerId);
    if (known === undefined || known.profile === profile) return;
    known.profile = profile;
    if (known.enabled) await this.#say('setConsumerPreferredProfile', { id: known.id, profile });
  }

  setPriority(): Promise<void> {
    return this.#lacks('setPriority()');
  }

  async requestKeyFrame(consumerId: string): Promise<void> {
    await this.#requests.requestOutOfBand('request-consumer-keyframe', { consumerId: Number(consumerId) });
  }

  async closeConsumer(consumerId: string): Promise<void> {
    await this.#say('closeConsumer', { id: Number(consumerId) });
  }

  produceData(): Promise<never> {
    return this.#lacks('produceData()');
  }

  closeDataProducer(): Promise<void> {
    return this.#lacks('closeDataProducer()');
  }

  consumeData(): Promise<never> {
    return this.#lacks('consumeData()');
  }

  async setDisplayName(displayName: string): Promise<void> {
    await this.#requests.requestOutOfBand('change-display-name', { displayName });
  }

  async sendText(text: string): Promise<void> {
    await this.#say('textMessage', { text });
  }

  async restartIce(direction: TransportDirection): Promise<void> {
    await this.#transports.restartIce(direction);
  }

  /** Of sending only: a consumer cannot be enabled a second time. */
  async rebuild(): Promise<void> {
    await this.#transports.rebuildSend();
  }

  async probe(timeoutMs: number): Promise<void> {
    await this.#requests.probe(timeoutMs);
  }

  async getServerStats(target: StatsTarget): Promise<readonly object[]> {
    const id = this.#idOf(target);
    if (id === null) throw new TureenError('invalidState', 'there is no such transport');
    return this.#stats.get(target.type, id);
  }

  async setServerStats(target: StatsTarget, intervalMs: number | null): Promise<void> {
    const id = this.#idOf(target);
    if (id !== null) await this.#stats.set(target.type, id, intervalMs);
  }

  async getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return (await this.#transports.of(direction)?.getStats()) ?? null;
  }

  handleLost(error: TureenError): void {
    this.#stats.handleLost(error);
  }

  close(): void {
    this.#closed = true;
    this.#stats.close(new TureenError('closed', 'the room was left'));
    this.#media.close();
  }

  /** Says it, and reads the answer where there is one. */
  #say(word: ClientWord, data: object): Promise<unknown> {
    return this.#requests.send(word, data);
  }

  async #askToJoin(request: DialectJoinRequest, resuming?: object): Promise<JoinAnswer> {
    const { spy } = this.#options;
    const { peerId } = this.#context.identity;
    const rtpCapabilities = this.#rtpCapabilities;
    const appData = withName(request.appData, request.displayName, peerId);
    const joining = this.#say('join', {
      ...(this.#profile.namesPeer ? { peerName: peerId, ...(spy === true ? { spy } : {}) } : {}),
      ...(rtpCapabilities === undefined ? {} : { rtpCapabilities }),
      ...(appData === undefined ? {} : { appData }),
      extensions: understood,
      ...resuming,
    });
    return joining.catch(placeTaken) as Promise<JoinAnswer>;
  }

  #enter({ appData, displayName }: DialectJoinRequest, joined: JoinAnswer): DialectJoinResult {
    const { peerId } = this.#context.identity;
    this.#context.memory.resumeToken = joined.resumeToken;
    if (displayName !== peerId && withName(appData, displayName, peerId) === appData)
      this.setDisplayName(displayName).catch((error: unknown) => {
        this.#context.logger.debug('the display name was not taken', error);
      });
    const { peers, events } = this.#notifications.handleJoined(joined.peers);
    const announced = new Set(joined.extensions);
    const added = { text: announced.has('textMessage'), closeConsumer: announced.has('closeConsumer') };
    return { peers, capabilities: { ...this.#profile.capabilities, ...added }, events };
  }

  async #load(router: V2RtpCapabilities): Promise<LoadedCapabilities> {
    const loaded = await this.#media.load(fromV2Capabilities(router));
    this.#assertOpen();
    return loaded;
  }

  /** The capabilities came with the answer to join: what can be received of them is said at the next join. */
  async #learn(router: V2RtpCapabilities): Promise<void> {
    const { recvRtpCapabilities } = await this.#load(router);
    const text = JSON.stringify(router);
    const { receiving } = this.#learnt;
    if (receiving !== undefined && receiving.router !== text)
      this.#context.logger.warn('the room has other codecs than before: what was offered may be undecodable');
    this.#learnt.receiving = { router: text, rtpCapabilities: toV2Capabilities(recvRtpCapabilities) };
  }

  async #enable(
    known: KnownConsumer,
    transportId: number,
    { paused, preferredLayers }: ConsumeSettings,
  ): Promise<void> {
    const { id, pauseChanges, useRtx } = known;
    if (preferredLayers !== null) known.profile = toProfile(preferredLayers.spatialLayer);
    known.paused = paused;
    const { profile: preferredProfile } = known;
    const data = this.#profile.enable({ id, transportId, paused, preferredProfile, useRtx });
    const answer = (await this.#say('enableConsumer', data)) as EnableAnswer | undefined;
    known.enabled = true;
    const consumerId = String(id);
    // The response is newer than the offer, and older than notifications since.
    if (answer?.paused !== undefined && known.pauseChanges === pauseChanges)
      this.#context.emit({ type: answer.paused ? 'consumerPaused' : 'consumerResumed', consumerId, by: 'unknown' });
    const profile = answer?.effectiveProfile ?? undefined;
    if (profile !== undefined)
      this.#context.emit({ type: 'consumerLayersChanged', consumerId, layers: toLayers(profile), profile });
    if (known.profile !== undefined && known.profile !== preferredProfile)
      await this.#say('setConsumerPreferredProfile', { id, profile: known.profile });
    // The wish has changed meanwhile, or the dialect could not say it.
    const isPausedThere = 'paused' in data && data.paused === true;
    if (known.paused !== isPausedThere) await this.#say(known.paused ? 'pauseConsumer' : 'resumeConsumer', { id });
  }

  #idOf(target: StatsTarget): number | null {
    if (target.type !== 'transport') return Number(target.id);
    const transport = this.#transports.of(target.direction);
    return transport === null ? null : Number(transport.id);
  }

  #lacks(call: string): Promise<never> {
    return Promise.reject(new TureenError('unsupported', `${call} is not possible with ${this.#profile.name}`));
  }

  #assertOpen(): void {
    if (this.#closed) throw leftWhileJoining();
  }
}

const nothing: V2RtpCapabilities = { codecs: [], headerExtensions: [], fecMechanisms: [] };

/** What lives on, by the ids that the room knows. */
function toResumed({ resumed }: JoinAnswer): Omit<DialectResumeResult, keyof DialectJoinResult> {
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

/** The display name goes where the apps of the time had put it, unless it says nothing, or there is no room for it. */
function withName(appData: unknown, displayName: string, peerId: string): unknown {
  if (displayName === peerId) return appData;
  const isPlain = typeof appData === 'object' && appData !== null && !Array.isArray(appData);
  return isPlain || appData === undefined ? { ...appData, displayName } : appData;
}

/** Somebody has the name. That may be ourselves, from before the connection dropped: the server will notice, and let us in. */
function placeTaken(error: unknown): never {
  if (error instanceof TureenError && error.code === 'requestRefused' && isDuplicatedPeerError(error.message))
    throw asRetryable(error);
  throw error;
}

function checkMandatory(payloadTypes: readonly number[], { recvRtpCapabilities }: LoadedCapabilities): void {
  const known = new Set(recvRtpCapabilities.codecs?.map((codec) => codec.preferredPayloadType));
  const missing = payloadTypes.find((payloadType) => !known.has(payloadType));
  if (missing !== undefined)
    throw new TureenError(
      'unsupportedCodec',
      `the room demands the codec of payload type ${missing}, which nothing here has`,
      {
        method: 'queryRoom',
        hint: 'mandatoryCodecPayloadTypes',
      },
    );
}

/** No server of the family can tell the layers within one stream. */
function withoutSpatialLayers({ scalabilityMode, ...encoding }: ProducerEncoding): ProducerEncoding {
  return scalabilityMode?.startsWith('L1') === true ? { ...encoding, scalabilityMode } : encoding;
}
