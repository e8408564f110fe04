import { type IceParameters, type ParseResult, formatIssue } from '@tureen/protocol/common';
import {
  type Extension,
  type QueryRoomResponse,
  type TransportResponse,
  type V2RtpCapabilities,
  fromV2Capabilities,
  fromV2IceParameters,
  fromV2Transport,
  isDuplicatedIdError,
  randomEntityId,
  toV2Capabilities,
  toV2ProducerParameters,
} from '@tureen/protocol/mediasoup-v2-family';
import type {
  LoadedCapabilities,
  MediaConsumer,
  MediaProduceOptions,
  MediaProducer,
  MediaRecvTransport,
  MediaSendTransport,
  MediaSession,
  ProducerEncoding,
  SendTransportHandlers,
  TransportDescription,
  TransportHandlers,
} from '../../media/MediaEngine.ts';
import type {
  ConsumerOffer,
  ConsumeWishes,
  DialectContext,
  DialectJoinRequest,
  DialectJoinResult,
  DialectSession,
  Layers,
  StatsTarget,
  TransportDirection,
} from '../../room/ports.ts';
import { TureenError } from '../../shared/errors.ts';
import type { Answer } from '../../signaling/SignalingChannel.ts';
import { ConsumerBook, type KnownConsumer } from './ConsumerBook.ts';
import { FamilyNews } from './FamilyNews.ts';
import { FamilyWire } from './FamilyWire.ts';
import type { FamilyOptions } from './options.ts';
import { toLayers, toProfile } from './profiles.ts';
import { ServerStats } from './ServerStats.ts';
import type { ClientWord, EnableAnswer, FamilyWords, JoinAnswer } from './words.ts';

/** The options of whichever dialect it is. */
export interface SessionOptions extends FamilyOptions {
  readonly spy?: boolean | undefined;
}

/** What one session leaves to the next of the same room. */
export interface SessionMemory {
  /** What this end can receive, and the router's capabilities, as JSON, that it holds for. */
  receiving?: { readonly router: string; readonly rtpCapabilities: V2RtpCapabilities };
}

export interface FamilySessionOptions {
  readonly context: DialectContext;
  readonly words: FamilyWords;
  readonly media: MediaSession;
  readonly options: SessionOptions;
  readonly memory: SessionMemory;
}

/** Our additions that are understood here; strangers read past them. */
const understood: readonly Extension[] = ['closeConsumer', 'textMessage'];
/** Most streams that one producer can have: there are names for no more. */
const streamsAtMost = 3;

/** One attempt at a room, in the words of mediasoup 2 and of the two that came before it. */
export class FamilySession implements DialectSession {
  readonly #context: DialectContext;
  readonly #words: FamilyWords;
  readonly #media: MediaSession;
  readonly #options: SessionOptions;
  readonly #memory: SessionMemory;
  readonly #wire: FamilyWire;
  readonly #news: FamilyNews;
  readonly #stats: ServerStats;
  readonly #consumers = new ConsumerBook();
  /** Numbers that were given to transports and producers: none is given twice. */
  readonly #ids = new Set<number>();
  #send: MediaSendTransport | null = null;
  #recv: MediaRecvTransport | null = null;
  #closed = false;

  constructor({ context, words, media, options, memory }: FamilySessionOptions) {
    this.#context = context;
    this.#words = words;
    this.#media = media;
    this.#options = options;
    this.#memory = memory;
    this.#wire = new FamilyWire(context.channel, words, context.logger, options);
    this.#stats = new ServerStats({
      clock: context.clock,
      tell: async (method, data) => {
        await this.#wire.say(method, data);
      },
    });
    this.#news = new FamilyNews({
      words,
      logger: context.logger,
      emit: context.emit,
      consumers: this.#consumers,
      stats: this.#stats,
      canReceive: (rtpParameters) => media.canReceive(rtpParameters),
      directionOf: (id) => this.#directionOf(id),
    });
  }

  handleRequest(method: string, data: unknown, answer: Answer): void {
    if (this.#closed) return;
    const refusal = this.#news.receive(method, data);
    if (refusal === null) answer.accept();
    else answer.reject(refusal.code, refusal.reason);
  }

  handleNotification(method: string, data: unknown): void {
    if (!this.#closed) this.#news.receive(method, data);
  }

  /**
   * The transports are asked for together with join. With the question for the capabilities that is two round trips, and one
   * where these come with the answer.
   */
  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { queriesRoom, namesPeer, capabilities } = this.#words;
    let rtpCapabilities = request.consume ? this.#memory.receiving?.rtpCapabilities : nothing;
    if (queriesRoom) {
      const { rtpCapabilities: router, mandatoryCodecPayloadTypes } = (await this.#say(
        'queryRoom',
        {},
      )) as QueryRoomResponse;
      const loaded = await this.#load(router);
      checkMandatory(mandatoryCodecPayloadTypes, loaded);
      if (request.consume) rtpCapabilities = toV2Capabilities(loaded.recvRtpCapabilities);
    }
    const spy = this.#options.spy === true;
    const { peerId } = this.#context.identity;
    const appData = withName(request.appData, request.displayName, peerId);
    const joining = this.#say('join', {
      ...(namesPeer ? { peerName: peerId, ...(spy ? { spy } : {}) } : {}),
      ...(rtpCapabilities === undefined ? {} : { rtpCapabilities }),
      ...(appData === undefined ? {} : { appData }),
      extensions: understood,
    }) as Promise<JoinAnswer>;
    const [joined, send, recv] = await Promise.all([
      joining,
      spy ? null : this.#createTransport('send', joining),
      this.#createTransport('recv', joining),
    ]);
    if (!queriesRoom && joined.rtpCapabilities !== undefined) await this.#learn(joined.rtpCapabilities);
    this.#assertOpen();
    if (send !== null) this.#send = this.#media.createSendTransport(send, this.#sendHandlers(Number(send.id)));
    this.#recv = this.#media.createRecvTransport(recv, this.#handlers('recv', Number(recv.id)));
    if (appData === request.appData && request.displayName !== peerId)
      this.setDisplayName(request.displayName).catch((error: unknown) => {
        this.#context.logger.debug('the display name was not taken', error);
      });
    const peers = this.#news.handleJoined(joined.peers);
    const announced = new Set(joined.extensions);
    const added = { text: announced.has('textMessage'), closeConsumer: announced.has('closeConsumer') };
    return { peers, capabilities: { ...capabilities, ...added } };
  }

  async leave(): Promise<void> {
    await this.#say('leave', {});
  }

  async produce(options: MediaProduceOptions): Promise<MediaProducer> {
    if (this.#options.spy === true)
      throw new TureenError('unsupported', 'a spy sends nothing', { hint: 'join without `spy`' });
    const { encodings } = options;
    if (encodings !== undefined && encodings.length > streamsAtMost)
      throw new TureenError('invalidArgument', `${this.#words.name} has names for ${streamsAtMost} encodings only`, {
        hint: 'encodings',
      });
    return this.#sendTransport().produce({ ...options, encodings: encodings?.map(withoutSpatialLayers) });
  }

  async closeProducer(producerId: string): Promise<void> {
    await this.#say('closeProducer', { id: Number(producerId) });
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#say(paused ? 'pauseProducer' : 'resumeProducer', { id: Number(producerId) });
  }

  /** The server sends once it is told that all is ready here: before that, the first key frame would be lost. */
  async consume(offer: ConsumerOffer, wishes: ConsumeWishes): Promise<MediaConsumer> {
    const { id, producerId, kind, rtpParameters, peerId, source } = offer;
    const transport = this.#recvTransport();
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
    await this.#wire.ask('request-consumer-keyframe', { consumerId: Number(consumerId) });
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
    await this.#wire.ask('change-display-name', { displayName });
  }

  async sendText(text: string): Promise<void> {
    await this.#say('textMessage', { text });
  }

  async restartIce(direction: TransportDirection): Promise<void> {
    const transport = direction === 'send' ? this.#sendTransport() : this.#recvTransport();
    const { iceParameters } = (await this.#say('restartTransport', { id: Number(transport.id) })) as {
      iceParameters: IceParameters;
    };
    await transport.restartIce(complete('restartTransport', fromV2IceParameters(iceParameters)));
  }

  getServerStats(target: StatsTarget): Promise<readonly object[]> {
    return this.#stats.get(target.type, this.#idOf(target));
  }

  setServerStats(target: StatsTarget, intervalMs: number | null): Promise<void> {
    return this.#stats.set(target.type, this.#idOf(target), intervalMs);
  }

  async getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return (await (direction === 'send' ? this.#send : this.#recv)?.getStats()) ?? null;
  }

  handleLost(error: TureenError): void {
    this.#stats.close(error);
  }

  close(): void {
    this.#closed = true;
    this.#stats.close(new TureenError('closed', 'the room was left'));
    this.#media.close();
  }

  /** Says it, and reads the answer where there is one. */
  #say(word: ClientWord, data: object): Promise<unknown> {
    return this.#wire.say(word, data);
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
    const { receiving } = this.#memory;
    if (receiving !== undefined && receiving.router !== text)
      this.#context.logger.warn('the room has other codecs than before: what was offered may be undecodable');
    this.#memory.receiving = { router: text, rtpCapabilities: toV2Capabilities(recvRtpCapabilities) };
  }

  async #createTransport(direction: TransportDirection, joining: Promise<unknown>): Promise<TransportDescription> {
    const udp = this.#options.forceTcp !== true;
    const options = { udp, tcp: true, preferIPv4: false, preferIPv6: false, preferUdp: false, preferTcp: false };
    const ask = async () => {
      const id = this.#newId();
      const answer = (await this.#say('createTransport', { id, direction, options })) as TransportResponse;
      return { id: String(id), ...complete('createTransport', fromV2Transport(answer)) };
    };
    try {
      return await ask();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Somebody has that number. Or the server does not take messages in order, and the join was not through.
      await joining;
      return ask();
    }
  }

  #sendHandlers(transportId: number): SendTransportHandlers {
    return {
      ...this.#handlers('send', transportId),
      onProduce: async ({ kind, rtpParameters, appData, paused }) => {
        const wire = toV2ProducerParameters(rtpParameters);
        const ask = async () => {
          const id = this.#newId();
          await this.#say('createProducer', { id, kind, transportId, rtpParameters: wire, paused, appData });
          return String(id);
        };
        try {
          return await ask();
        } catch (error) {
          // Somebody has that number.
          if (isRefusal(error) && isDuplicatedIdError(error.message)) return ask();
          throw error;
        }
      },
      onProduceData: () => this.#lacks('produceData()'),
    };
  }

  #handlers(direction: TransportDirection, transportId: number): TransportHandlers {
    return {
      // Nobody confirms it: a server that cannot connect closes the transport, and says so.
      onConnect: async (dtlsParameters) => {
        await this.#say('updateTransport', { id: transportId, dtlsParameters });
      },
      onConnectionState: (state) => {
        if (!this.#closed) this.#context.emit({ type: 'transportState', direction, state });
      },
    };
  }

  async #enable(known: KnownConsumer, transportId: number, { paused, preferredLayers }: ConsumeWishes): Promise<void> {
    const { id, pauseNews, useRtx } = known;
    if (preferredLayers !== null) known.profile = toProfile(preferredLayers.spatialLayer);
    known.paused = paused;
    const data = this.#words.enable({ id, transportId, paused, preferredProfile: known.profile, useRtx });
    const answer = (await this.#say('enableConsumer', data)) as EnableAnswer | undefined;
    known.enabled = true;
    const consumerId = String(id);
    // What is said here is later than what the offer said, and not later than news of since.
    if (answer?.paused !== undefined && known.pauseNews === pauseNews)
      this.#context.emit({ type: answer.paused ? 'consumerPaused' : 'consumerResumed', consumerId, by: 'unknown' });
    const profile = answer?.effectiveProfile ?? undefined;
    if (profile !== undefined)
      this.#context.emit({ type: 'consumerLayersChanged', consumerId, layers: toLayers(profile), profile });
    // The wish has changed meanwhile, or the dialect could not say it.
    const isPausedThere = 'paused' in data && data.paused === true;
    if (known.paused !== isPausedThere) await this.#say(known.paused ? 'pauseConsumer' : 'resumeConsumer', { id });
  }

  #idOf(target: StatsTarget): number {
    if (target.type !== 'transport') return Number(target.id);
    return Number((target.direction === 'send' ? this.#sendTransport() : this.#recvTransport()).id);
  }

  #newId(): number {
    let id: number;
    do id = randomEntityId();
    while (this.#ids.has(id));
    this.#ids.add(id);
    return id;
  }

  #directionOf(id: number): TransportDirection | null {
    if (this.#send?.id === String(id)) return 'send';
    return this.#recv?.id === String(id) ? 'recv' : null;
  }

  #sendTransport(): MediaSendTransport {
    if (this.#send === null) throw new TureenError('invalidState', 'there is no send transport');
    return this.#send;
  }

  #recvTransport(): MediaRecvTransport {
    if (this.#recv === null) throw new TureenError('invalidState', 'there is no recv transport');
    return this.#recv;
  }

  #lacks(call: string): Promise<never> {
    return Promise.reject(new TureenError('unsupported', `${call} is not possible with ${this.#words.name}`));
  }

  #assertOpen(): void {
    if (this.#closed) throw new TureenError('closed', 'the room was left while it was joined');
  }
}

const nothing: V2RtpCapabilities = { codecs: [], headerExtensions: [], fecMechanisms: [] };

/** The display name goes where the apps of the time had put it, unless it says nothing, or there is no room for it. */
function withName(appData: unknown, displayName: string, peerId: string): unknown {
  if (displayName === peerId) return appData;
  const isPlain = typeof appData === 'object' && appData !== null && !Array.isArray(appData);
  return isPlain || appData === undefined ? { ...(appData as object | undefined), displayName } : appData;
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

function isRefusal(error: unknown): error is TureenError {
  return error instanceof TureenError && error.code === 'requestRefused';
}

/** The value, or what the server left out. */
function complete<T>(method: string, read: ParseResult<T>): T {
  if (read.ok) return read.value;
  throw new TureenError('badResponse', `the answer to '${method}' makes no sense: ${formatIssue(read.issue)}`, {
    method,
  });
}
