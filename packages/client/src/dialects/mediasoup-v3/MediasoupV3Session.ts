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
  isUnknownMethodError,
  readResponse,
  readServerMessage,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v3';
import type {
  MediaConsumer,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
  MediaEngine,
  MediaProduceOptions,
  MediaProducer,
  MediaRecvTransport,
  MediaSendTransport,
  MediaSession,
  SendTransportHandlers,
  MediaTransport,
  TransportHandlers,
} from '../../media/MediaEngine.ts';
import type {
  ConsumerOffer,
  DataConsumerOffer,
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
import type { MediasoupV3Options } from './options.ts';
import { toAppData, toCapabilities, toCreateTransport, toStatsRequest } from './toWire.ts';
import { toConsumerOffer, toDataConsumerOffer, toRoomEvent } from './toRoom.ts';

const noAnswer: Answer = { accept: () => {}, reject: () => {} };

/** One attempt at a room, in the words of mediasoup-v3. */
export class MediasoupV3Session implements DialectSession {
  readonly #context: DialectContext;
  readonly #options: MediasoupV3Options;
  readonly #media: MediaSession;
  #variant: Variant;
  #extensions: ReadonlySet<Extension> = new Set();
  #send: MediaSendTransport | null = null;
  #recv: MediaRecvTransport | null = null;
  #closed = false;

  constructor(context: DialectContext, engine: MediaEngine, options: MediasoupV3Options) {
    this.#context = context;
    this.#options = options;
    this.#variant = options.variant === 'notify' ? 'notify' : 'classic';
    this.#media = engine.open();
  }

  handleRequest(method: string, data: unknown, answer: Answer): void {
    this.#handle('request', method, data, answer);
  }

  handleNotification(method: string, data: unknown): void {
    this.#handle('notification', method, data, noAnswer);
  }

  /** Capabilities and both transports are asked for at once, then join: two round trips. */
  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { forceTcp } = this.#options;
    const create = (direction: TransportDirection) =>
      this.#ask('createWebRtcTransport', toCreateTransport(direction, forceTcp ?? false));
    const [capabilities, send, recv] = await Promise.all([
      this.#context.channel.request('getRouterRtpCapabilities', {}),
      create('send'),
      create('recv'),
    ]);
    if (this.#options.variant === undefined || this.#options.variant === 'auto')
      this.#variant = detectVariant(capabilities);
    const { recvRtpCapabilities: rtpCapabilities, sctpCapabilities } = await this.#media.load(
      this.#read('getRouterRtpCapabilities', capabilities),
    );
    this.#assertOpen();
    const entering = this.#ask('join', {
      displayName: request.displayName,
      device: request.device,
      ...(request.consume ? { rtpCapabilities, sctpCapabilities } : {}),
      appData: request.appData === undefined ? undefined : toAppData(request.appData),
    });
    // The browser's work is done while the question travels.
    try {
      this.#send = this.#media.createSendTransport(send, this.#sendHandlers(send.id));
      this.#recv = this.#media.createRecvTransport(recv, this.#handlers('recv', recv.id));
    } catch (error) {
      entering.catch(() => {});
      throw error;
    }
    const joined = await entering;
    this.#assertOpen();
    this.#extensions = new Set(joined.extensions ?? []);
    return { peers: joined.peers, capabilities: toCapabilities(this.#extensions) };
  }

  async leave(): Promise<void> {
    try {
      await this.#context.channel.request('leaveRoom', {});
    } catch (error) {
      // The document has both names, and either server knows one only.
      if (!(error instanceof TureenError) || !isUnknownMethodError(error.serverCode, error.message)) throw error;
      await this.#context.channel.request('leaveCall', {});
    }
  }

  async produce(options: MediaProduceOptions): Promise<MediaProducer> {
    const producer = await this.#sendTransport().produce(options);
    if (options.paused === true && !this.#extensions.has('producePaused')) {
      try {
        await this.#tell('pauseProducer', { producerId: producer.id });
      } catch (error) {
        producer.close();
        throw error;
      }
    }
    return producer;
  }

  async closeProducer(producerId: string): Promise<void> {
    await this.#tell('closeProducer', { producerId });
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#tell(paused ? 'pauseProducer' : 'resumeProducer', { producerId });
  }

  async consume({ id, producerId, kind, rtpParameters, peerId, source }: ConsumerOffer): Promise<MediaConsumer> {
    // One stream per peer and place: microphone and camera stay in sync, the screen is apart from them.
    const streamId = `${peerId}-${source === 'screen' || source === 'screenAudio' ? 'screen' : 'main'}`;
    return this.#recvTransport().consume({ id, producerId, kind, rtpParameters, streamId });
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
    return this.#sendTransport().produceData(options);
  }

  async closeDataProducer(dataProducerId: string): Promise<void> {
    // The demo has no word for it: there the closed channel is all that the server sees.
    if (this.#extensions.has('closeDataProducer')) await this.#ask('closeDataProducer', { dataProducerId });
  }

  async consumeData(offer: DataConsumerOffer): Promise<MediaDataConsumer> {
    const { id, dataProducerId, sctpStreamParameters, label, protocol } = offer;
    return this.#recvTransport().consumeData({ id, dataProducerId, sctpStreamParameters, label, protocol });
  }

  async setDisplayName(displayName: string): Promise<void> {
    await this.#tell('changeDisplayName', { displayName });
  }

  async sendText(text: string): Promise<void> {
    await this.#ask('textMessage', { text });
  }

  async restartIce(direction: TransportDirection): Promise<void> {
    const transport = this.#transport(direction);
    await transport.restartIce(await this.#ask('restartIce', { transportId: transport.id }));
  }

  async getServerStats(target: StatsTarget): Promise<readonly object[]> {
    const { method, data } = toStatsRequest(target, (direction) => this.#transport(direction).id);
    return this.#read(method, await this.#context.channel.request(method, data));
  }

  async getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return (await (direction === 'send' ? this.#send : this.#recv)?.getStats()) ?? null;
  }

  close(): void {
    this.#closed = true;
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
      emit({ type: name, offer: toConsumerOffer(value, this.#canReceive(rtpParameters)), answer });
    } else if (name === 'newDataConsumer') emit({ type: name, offer: toDataConsumerOffer(value), answer });
    else {
      const event = toRoomEvent(name, value, (id) => this.#directionOf(id));
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

  #sendHandlers(transportId: string): SendTransportHandlers {
    return {
      ...this.#handlers('send', transportId),
      onProduce: async ({ paused, ...rest }) => {
        const extra = paused && this.#extensions.has('producePaused') ? { paused } : {};
        return (await this.#ask('produce', { transportId, ...rest, ...extra })).id;
      },
      onProduceData: async (request) => (await this.#ask('produceData', { transportId, ...request })).id,
    };
  }

  #handlers(direction: TransportDirection, transportId: string): TransportHandlers {
    return {
      // The answer says nothing but yes, and requests arrive in order: nobody waits for it. A no is a broken transport.
      onConnect: async (dtlsParameters) => {
        this.#ask('connectWebRtcTransport', { transportId, dtlsParameters }).catch((error: unknown) => {
          if (this.#closed) return;
          this.#context.logger.warn(`the server refused to connect the ${direction} transport`, error);
          this.#context.emit({ type: 'transportState', direction, state: 'failed' });
        });
      },
      onConnectionState: (state) => {
        if (!this.#closed) this.#context.emit({ type: 'transportState', direction, state });
      },
    };
  }

  async #ask<Method extends ClientMethod>(
    method: Method,
    data: Written<ClientData<Method>>,
  ): Promise<ResponseData<Method>> {
    const message = writeClientMessage(method, data, this.#variant);
    return this.#read(method, await this.#context.channel.request(message.method, message.data));
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
    const message = writeClientMessage(method, data, this.#variant);
    if (message.kind === 'notification') this.#context.channel.notify(message.method, message.data);
    else await this.#context.channel.request(message.method, message.data);
  }

  #directionOf(transportId: string): TransportDirection | null {
    if (this.#send?.id === transportId) return 'send';
    return this.#recv?.id === transportId ? 'recv' : null;
  }

  #transport(direction: TransportDirection): MediaTransport {
    return direction === 'send' ? this.#sendTransport() : this.#recvTransport();
  }

  #sendTransport(): MediaSendTransport {
    if (this.#send === null) throw new TureenError('invalidState', 'there is no send transport');
    return this.#send;
  }

  #recvTransport(): MediaRecvTransport {
    if (this.#recv === null) throw new TureenError('invalidState', 'there is no recv transport');
    return this.#recv;
  }

  #assertOpen(): void {
    if (this.#closed) throw new TureenError('closed', 'the room was left while it was joined');
  }
}
