import { type RtpParameters, type Written, formatIssue } from '@tureen/protocol/common';
import {
  type ClientData,
  type ClientMethod,
  type ClientNotificationMethod,
  type Extension,
  type ResponseData,
  type ServerData,
  type Variant,
  canonicalMethod,
  detectVariant,
  isServerMethod,
  readResponse,
  readServerMessage,
  wireKind,
} from '@tureen/protocol/mediasoup-v3';
import type {
  MediaConsumer,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
  MediaEngine,
  MediaProduceOptions,
  MediaProducer,
  MediaSession,
} from '../../media/MediaEngine.ts';
import type {
  DialectContext,
  DialectJoinRequest,
  DialectJoinResult,
  DialectResumeResult,
  DialectSession,
  SessionHolds,
  StatsTarget,
} from '../../room/DialectPort.ts';
import type { ConsumerOffer, DataConsumerOffer, Layers, TransportDirection } from '../../room/entityInfo.ts';
import { leftWhileJoining } from '../../shared/commonErrors.ts';
import { TureenError } from '../../shared/errors.ts';
import type { Answer } from '../../signaling/SignalingChannel.ts';
import { leaveRoom } from './leaveRoom.ts';
import type { MediasoupV3Options } from './options.ts';
import { type SentMethod, toCapabilities, toData, toJoin, toStatsRequest } from './toWire.ts';
import { toConsumerOffer, toDataConsumerOffer, toLackingCodecs, toResumed, toRoomEvent } from './toRoom.ts';
import { V3Transports } from './V3Transports.ts';

const noAnswer: Answer = { accept: () => {}, reject: () => {} };

/** One attempt at a room, in the words of mediasoup-v3. */
export class MediasoupV3Session implements DialectSession {
  readonly #context: DialectContext;
  readonly #options: MediasoupV3Options;
  readonly #media: MediaSession;
  readonly #transports: V3Transports;
  #variant: Variant;
  #extensions: ReadonlySet<Extension> = new Set();
  /** Good for one resume. None where something of the transports was lost on the way: what either end has then nobody knows. */
  #resumeToken: string | undefined;
  /** The version notification has come: of a demo, or of a server that announced additions. */
  #saysVersion = false;
  #closed = false;

  constructor(context: DialectContext, engine: MediaEngine, options: MediasoupV3Options) {
    this.#context = context;
    this.#options = options;
    this.#variant = options.variant === 'notify' ? 'notify' : 'classic';
    this.#media = engine.open(context.logger);
    this.#transports = new V3Transports({
      context,
      media: this.#media,
      forceTcp: options.forceTcp ?? false,
      ask: (method, data) => this.#ask(method, data),
      producesPaused: () => this.#extensions.has('producePaused'),
      onConnectLost: () => {
        this.#resumeToken = undefined;
      },
      closeProducer: (id) => this.closeProducer(id),
      closeDataProducer: (id) => this.closeDataProducer(id),
    });
  }

  handleRequest(method: string, data: unknown, answer: Answer): void {
    this.#handle('request', method, data, answer);
  }

  handleNotification(method: string, data: unknown): void {
    this.#handle('notification', method, data, noAnswer);
  }

  /** Capabilities and both transports are asked for at once, then join: two round trips. */
  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const [capabilities, send, recv] = await Promise.all([
      this.#context.channel.request('getRouterRtpCapabilities', {}),
      this.#transports.create('send'),
      this.#transports.create('recv'),
    ]);
    if (this.#options.variant === undefined || this.#options.variant === 'auto')
      this.#variant = detectVariant(capabilities);
    const router = this.#read('getRouterRtpCapabilities', capabilities);
    const { recvRtpCapabilities: rtpCapabilities, sctpCapabilities } = await this.#media.load(router);
    this.#assertOpen();
    const entering = this.#ask('join', {
      ...toJoin(request),
      ...(request.consume ? { rtpCapabilities, sctpCapabilities } : {}),
    });
    // The browser's work is done while the question travels.
    try {
      this.#transports.open(send, recv);
    } catch (error) {
      entering.catch(() => {});
      throw error;
    }
    const result = this.#handleJoined(await entering);
    // A stock server withholds what we lack, and has no message for that.
    const codecs = request.consume ? toLackingCodecs(router, rtpCapabilities) : [];
    if (codecs.length > 0 && !this.#extensions.has('consumerUnsupported'))
      this.#context.emit({ type: 'codecsUnsupported', codecs });
    return result;
  }

  async resume(request: DialectJoinRequest, holds: SessionHolds): Promise<DialectResumeResult | null> {
    const resumeToken = this.#resumeToken;
    if (resumeToken === undefined) return null;
    try {
      const joined = await this.#ask('join', { ...toJoin(request), resumeToken, holds });
      return { ...this.#handleJoined(joined), ...toResumed(joined.resumed) };
    } catch (error) {
      // Unless the server has said no, it may not have heard of it: the next connection asks once more.
      if (!(error instanceof TureenError) || error.code !== 'requestRefused') throw error;
      this.#resumeToken = undefined;
      return null;
    }
  }

  #handleJoined({ peers, extensions, resumeToken }: ResponseData<'join'>): DialectJoinResult {
    this.#assertOpen();
    this.#extensions = new Set(extensions ?? []);
    this.#resumeToken = resumeToken;
    return { peers, capabilities: toCapabilities(this.#extensions) };
  }

  async leave(): Promise<void> {
    // A server that announces additions sends its version too, and holds a peer whose connection merely closes.
    const isDemo = this.#extensions.size === 0 && (this.#saysVersion || this.#variant === 'notify');
    await leaveRoom(this.#context.channel, isDemo);
  }

  async produce(options: MediaProduceOptions): Promise<MediaProducer> {
    const producer = await this.#transports.send.produce(options);
    if (options.paused === true && !this.#extensions.has('producePaused'))
      await this.#transports.keepIf(this.#tell('pauseProducer', { producerId: producer.id }), producer);
    return producer;
  }

  async closeProducer(producerId: string): Promise<void> {
    this.#transports.forget(producerId);
    await this.#tell('closeProducer', { producerId });
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#tell(paused ? 'pauseProducer' : 'resumeProducer', { producerId });
  }

  async consume({ id, producerId, kind, rtpParameters, peerId, source }: ConsumerOffer): Promise<MediaConsumer> {
    // One stream per peer and place: microphone and camera stay in sync, the screen is apart from them.
    const streamId = `${peerId}-${source === 'screen' || source === 'screenAudio' ? 'screen' : 'main'}`;
    return this.#transports.recv.consume({ id, producerId, kind, rtpParameters, streamId });
  }

  async setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    await this.#tell(paused ? 'pauseConsumer' : 'resumeConsumer', { consumerId });
  }

  async setPreferredLayers(consumerId: string, { spatialLayer, temporalLayer }: Layers): Promise<void> {
    await this.#tell('setConsumerPreferredLayers', { consumerId, spatialLayer, temporalLayer });
  }

  async setPriority(consumerId: string, priority: number): Promise<void> {
    await this.#tell('setConsumerPriority', { consumerId, priority });
  }

  async requestKeyFrame(consumerId: string): Promise<void> {
    await this.#tell('requestConsumerKeyFrame', { consumerId });
  }

  async closeConsumer(consumerId: string): Promise<void> {
    await this.#ask('closeConsumer', { consumerId });
  }

  async produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer> {
    const dataProducer = await this.#transports.send.produceData(options);
    // A media server drops what is sent before the receivers have accepted.
    const ready = this.#askIfKnown('awaitDataConsumers', { dataProducerId: dataProducer.id });
    await this.#transports.keepIf(ready, dataProducer);
    return dataProducer;
  }

  async closeDataProducer(dataProducerId: string): Promise<void> {
    this.#transports.forget(dataProducerId);
    // The demo has no word for it: there the closed channel is all that the server sees.
    await this.#askIfKnown('closeDataProducer', { dataProducerId });
  }

  async consumeData(offer: DataConsumerOffer): Promise<MediaDataConsumer> {
    const { id, dataProducerId, sctpStreamParameters, label, protocol } = offer;
    return this.#transports.recv.consumeData({ id, dataProducerId, sctpStreamParameters, label, protocol });
  }

  async closeDataConsumer(dataConsumerId: string): Promise<void> {
    await this.#askIfKnown('closeDataConsumer', { dataConsumerId });
  }

  async setDataConsumerPaused(dataConsumerId: string, paused: boolean): Promise<void> {
    await this.#askIfKnown(paused ? 'pauseDataConsumer' : 'resumeDataConsumer', { dataConsumerId });
  }

  async setDisplayName(displayName: string): Promise<void> {
    await this.#tell('changeDisplayName', { displayName });
  }

  async sendText(text: string): Promise<void> {
    await this.#ask('textMessage', { text });
  }

  async restartIce(direction: TransportDirection): Promise<void> {
    await this.#transports.restartIce(direction);
  }

  /** Of sending only: what we receive is bound to the transport that it was offered on. */
  async rebuild(): Promise<void> {
    await this.#transports.rebuildSend();
  }

  async probe(timeoutMs: number): Promise<void> {
    await this.#context.channel.request('getRouterRtpCapabilities', {}, { timeoutMs });
  }

  async getServerStats(target: StatsTarget): Promise<readonly object[]> {
    const { method, data } = toStatsRequest(target, (direction) => this.#transports.of(direction).id);
    return this.#read(method, await this.#context.channel.request(method, data));
  }

  async getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return this.#transports.getStats(direction);
  }

  close(): void {
    this.#closed = true;
    this.#transports.close();
    this.#media.close();
  }

  /** Offers and news, whichever way they came: what is asked is answered, what is told is not. */
  #handle(kind: string, method: string, data: unknown, answer: Answer): void {
    if (this.#closed) return;
    const { logger, emit } = this.#context;
    const name = canonicalMethod(method);
    if (!isServerMethod(name)) {
      logger.debug(`a ${kind} that is unknown: '${method}'`);
      answer.reject(500, `unknown request.method "${method}"`);
      return;
    }
    const read = readServerMessage(name, data);
    const isOffer = name === 'newConsumer' || name === 'newDataConsumer';
    if (!isOffer) answer.accept();
    if (!read.ok) {
      const issue = formatIssue(read.issue);
      logger.warn(`a '${method}' that makes no sense was ${isOffer ? 'refused' : 'dropped'}`, issue);
      if (isOffer) answer.reject(400, `${name}: ${issue}`);
      return;
    }
    // Which method goes with which data is in the table; TypeScript cannot follow it through the union.
    const value = read.value as never;
    if (name === 'newConsumer') {
      const { rtpParameters } = value as ServerData<'newConsumer'>;
      const { sourceByKind = true } = this.#options;
      emit({ type: name, offer: toConsumerOffer(value, this.#canReceive(rtpParameters), sourceByKind), answer });
    } else if (name === 'newDataConsumer') emit({ type: name, offer: toDataConsumerOffer(value), answer });
    else {
      if (name === 'mediasoupVersion') this.#saysVersion = true;
      const event = toRoomEvent(name, value, (id) => this.#transports.directionOf(id));
      if (event !== null) emit(event);
    }
  }

  /** Before anything is loaded nobody can tell: taking it up says so. */
  #canReceive(rtpParameters: RtpParameters): boolean {
    try {
      return this.#media.canReceive(rtpParameters);
    } catch (error) {
      this.#context.logger.debug('an offer before the capabilities', error);
      return true;
    }
  }

  async #ask<Method extends SentMethod>(
    method: Method,
    data: Written<ClientData<Method>>,
  ): Promise<ResponseData<Method>> {
    const { variant = 'auto' } = this.#options;
    const written = toData(method, data, this.#variant, variant === 'auto' ? 'both' : variant);
    return this.#read(method, await this.#context.channel.request(method, written));
  }

  /** What only servers that announce it understand: nothing elsewhere. */
  async #askIfKnown<Method extends SentMethod & Extension>(
    method: Method,
    data: Written<ClientData<Method>>,
  ): Promise<void> {
    if (this.#extensions.has(method)) await this.#ask(method, data);
  }

  #read<Method extends ClientMethod>(method: Method, answer: unknown): ResponseData<Method> {
    const read = readResponse(method, answer);
    if (read.ok) return read.value;
    throw new TureenError('badResponse', `the answer to '${method}' makes no sense: ${formatIssue(read.issue)}`, {
      method,
      hint: 'does the server speak mediasoup-v3?',
    });
  }

  /** What one variant asks and the other tells. */
  async #tell<Method extends ClientNotificationMethod>(
    method: Method,
    data: Written<ClientData<Method>>,
  ): Promise<void> {
    if (wireKind(method, this.#variant) === 'notification') await this.#context.channel.notify(method, data);
    else await this.#context.channel.request(method, data);
  }

  #assertOpen(): void {
    if (this.#closed) throw leftWhileJoining();
  }
}
