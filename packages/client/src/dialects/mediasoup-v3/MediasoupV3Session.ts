import { type ServerStat, formatIssue } from '@tureen/protocol/common';
import { type ServerData, canonicalMethod, isServerMethod, readServerMessage } from '@tureen/protocol/mediasoup-v3';
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
  ResumableIds,
  StatsTarget,
} from '../../room/DialectPort.ts';
import type { ConsumerOffer, DataConsumerOffer, Layers, TransportDirection } from '../../room/entityInfo.ts';
import { leftWhileJoining } from '../../shared/commonErrors.ts';
import type { Responder } from '../../signaling/SignalingChannelTypes.ts';
import { canReceive } from '../canReceive.ts';
import { leaveRoom } from './leaveRoom.ts';
import type { MediasoupV3Options } from './options.ts';
import { streamIdOf } from '../streamIdOf.ts';
import { toConsumerOffer, toDataConsumerOffer, toRoomEvent } from './toRoom.ts';
import { toStatsRequest } from './toWire.ts';
import { V3Join } from './V3Join.ts';
import { V3Requests } from './V3Requests.ts';
import { V3Transports } from './V3Transports.ts';

const noResponder: Responder = { accept: () => {}, reject: () => {} };

/** A session in a room, in the messages of mediasoup-v3. */
export class MediasoupV3Session implements DialectSession {
  readonly #context: DialectContext;
  readonly #options: MediasoupV3Options;
  readonly #media: MediaSession;
  readonly #requests: V3Requests;
  readonly #transports: V3Transports;
  readonly #join: V3Join;
  /** Whether the server sent its version, as mediasoup-demo and servers that announce extensions do. */
  #hasVersion = false;
  #closed = false;

  constructor(context: DialectContext, engine: MediaEngine, options: MediasoupV3Options) {
    this.#context = context;
    this.#options = options;
    this.#media = engine.open({ logger: context.logger });
    this.#requests = new V3Requests(context, options);
    this.#transports = new V3Transports({
      context,
      media: this.#media,
      forceTcp: options.forceTcp ?? false,
      requests: this.#requests,
      // The two ends may disagree about the transports.
      onConnectLost: () => {
        context.memory.resumeToken = undefined;
      },
      closeProducer: (id) => this.closeProducer(id),
      closeDataProducer: (id) => this.closeDataProducer(id),
    });
    this.#join = new V3Join({
      context,
      options,
      media: this.#media,
      requests: this.#requests,
      transports: this.#transports,
      assertOpen: () => {
        if (this.#closed) throw leftWhileJoining();
      },
    });
  }

  handleRequest(method: string, data: unknown, responder: Responder): void {
    this.#handle('request', method, data, responder);
  }

  handleNotification(method: string, data: unknown): void {
    this.#handle('notification', method, data, noResponder);
  }

  handleAtOnce(method: string, data: unknown): boolean {
    const isWelcome = method === 'welcome';
    const read = isWelcome && readServerMessage(method, data);
    if (read && read.ok) this.#join.welcome.handle(read.value);
    return isWelcome;
  }

  prepare(): Promise<void> {
    return this.#join.prepare();
  }

  join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    return this.#join.join(request);
  }

  resume(request: DialectJoinRequest, resumableIds: ResumableIds): Promise<DialectResumeResult | null> {
    return this.#join.resume(request, resumableIds);
  }

  async leave(): Promise<void> {
    // A server that announces extensions also sends its version, and keeps a peer whose connection closes without a request.
    const isDemo = this.#requests.extensions.size === 0 && (this.#hasVersion || this.#requests.variant === 'notify');
    await leaveRoom(this.#context.channel, isDemo);
  }

  connectSend(): void {
    this.#transports.connect('send');
  }

  async produce(options: MediaProduceOptions): Promise<MediaProducer> {
    const producer = await this.#transports.send.produce(options);
    if (options.paused === true && !this.#requests.extensions.has('producePaused'))
      await this.#transports.keepIf(this.#requests.send('pauseProducer', { producerId: producer.id }), producer);
    return producer;
  }

  async closeProducer(producerId: string): Promise<void> {
    this.#transports.forget(producerId);
    await this.#requests.send('closeProducer', { producerId });
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#requests.send(paused ? 'pauseProducer' : 'resumeProducer', { producerId });
  }

  async consume(offer: ConsumerOffer): Promise<MediaConsumer> {
    const { id, producerId, kind, rtpParameters } = offer;
    return this.#transports.recv.consume({ id, producerId, kind, rtpParameters, streamId: streamIdOf(offer) });
  }

  async setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    await this.#requests.send(paused ? 'pauseConsumer' : 'resumeConsumer', { consumerId });
  }

  async setPreferredLayers(consumerId: string, { spatialLayer, temporalLayer }: Layers): Promise<void> {
    await this.#requests.send('setConsumerPreferredLayers', { consumerId, spatialLayer, temporalLayer });
  }

  async setPriority(consumerId: string, priority: number): Promise<void> {
    await this.#requests.send('setConsumerPriority', { consumerId, priority });
  }

  async requestKeyFrame(consumerId: string): Promise<void> {
    await this.#requests.send('requestConsumerKeyFrame', { consumerId });
  }

  async closeConsumer(consumerId: string): Promise<void> {
    await this.#requests.request('closeConsumer', { consumerId });
  }

  async produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer> {
    const dataProducer = await this.#transports.send.produceData(options);
    // A media server drops messages that are sent before the receivers have accepted.
    const ready = this.#requests.requestIfSupported('awaitDataConsumers', { dataProducerId: dataProducer.id });
    await this.#transports.keepIf(ready, dataProducer);
    return dataProducer;
  }

  async closeDataProducer(dataProducerId: string): Promise<void> {
    this.#transports.forget(dataProducerId);
    // mediasoup-demo has no such request: there the server sees only the closed channel.
    await this.#requests.requestIfSupported('closeDataProducer', { dataProducerId });
  }

  async consumeData(offer: DataConsumerOffer): Promise<MediaDataConsumer> {
    const { id, dataProducerId, sctpStreamParameters, label, protocol } = offer;
    return this.#transports.recv.consumeData({ id, dataProducerId, sctpStreamParameters, label, protocol });
  }

  async closeDataConsumer(dataConsumerId: string): Promise<void> {
    await this.#requests.requestIfSupported('closeDataConsumer', { dataConsumerId });
  }

  async setDataConsumerPaused(dataConsumerId: string, paused: boolean): Promise<void> {
    await this.#requests.requestIfSupported(paused ? 'pauseDataConsumer' : 'resumeDataConsumer', { dataConsumerId });
  }

  async setDisplayName(displayName: string): Promise<void> {
    await this.#requests.send('changeDisplayName', { displayName });
  }

  async sendText(text: string): Promise<void> {
    await this.#requests.request('textMessage', { text });
  }

  async restartIce(direction: TransportDirection): Promise<void> {
    await this.#transports.restartIce(direction);
  }

  /** Rebuilds the send transport only: a consumer is bound to the transport on which it was offered. */
  async rebuild(): Promise<void> {
    await this.#transports.rebuildSend();
  }

  async probe(timeoutMs: number): Promise<void> {
    await this.#context.channel.request('getRouterRtpCapabilities', {}, { timeoutMs });
  }

  async getServerStats(target: StatsTarget): Promise<readonly ServerStat[]> {
    const { method, data } = toStatsRequest(target, (direction) => this.#transports.of(direction).id);
    return this.#requests.read(method, await this.#context.channel.request(method, data));
  }

  async getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return this.#transports.getStats(direction);
  }

  close(): void {
    this.#closed = true;
    this.#transports.close();
    this.#media.close();
  }

  /** Handles a request or notification. Servers send the same messages in either form. */
  #handle(kind: string, method: string, data: unknown, responder: Responder): void {
    if (this.#closed) return;
    const { logger, emit } = this.#context;
    const name = canonicalMethod(method);
    if (!isServerMethod(name)) {
      logger.debug(`ignoring unknown ${kind} '${method}'`);
      responder.reject(500, `unknown request.method "${method}"`);
      return;
    }
    const read = readServerMessage(name, data);
    const isOffer = name === 'newConsumer' || name === 'newDataConsumer';
    if (!isOffer) responder.accept();
    if (!read.ok) {
      const issue = formatIssue(read.issue);
      logger.warn(`${isOffer ? 'refusing' : 'dropping'} malformed '${method}'`, issue);
      if (isOffer) responder.reject(400, `${name}: ${issue}`);
      return;
    }
    // The table pairs methods with data, which TypeScript cannot infer through the union.
    const value = read.value as never;
    if (name === 'newConsumer') {
      const { rtpParameters } = value as ServerData<'newConsumer'>;
      const { sourceByKind = true } = this.#options;
      const isSupported = canReceive(() => this.#media.canReceive(rtpParameters), logger);
      emit({ type: name, offer: toConsumerOffer(value, isSupported, sourceByKind), answer: responder });
    } else if (name === 'newDataConsumer') emit({ type: name, offer: toDataConsumerOffer(value), answer: responder });
    else {
      if (name === 'mediasoupVersion') this.#hasVersion = true;
      const event = toRoomEvent(name, value, (id) => this.#transports.directionOf(id));
      if (event !== null) emit(event);
    }
  }
}
