import { TureenError } from '@tureen/client';
import type {
  ConsumerOffer,
  Dialect,
  DialectContext,
  DialectJoinRequest,
  DialectJoinResult,
  DialectSession,
  MediaConsumer,
  MediaEngine,
  MediaKind,
  MediaProduceOptions,
  MediaProducer,
  MediaRecvTransport,
  MediaSendTransport,
  MediaSession,
  Responder,
  RoomCapabilities,
  RoomIdentity,
  RtpCapabilities,
  RtpParameters,
  TransportDescription,
  TransportDirection,
  TransportHandlers,
} from '@tureen/client/ports';

interface Entered {
  readonly guests: readonly string[];
  readonly send: TransportDescription;
  readonly recv: TransportDescription;
}

interface Offered {
  readonly id: string;
  readonly producerId: string;
  readonly guest: string;
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
}

/** Dialect of an app for the protocol of `HallServer`: audio and video only. */
export class OwnDialect implements Dialect {
  readonly name = 'hall';
  readonly capabilities: RoomCapabilities = {
    dataChannels: false,
    text: false,
    displayName: true,
    layers: 'none',
    priority: false,
    keyFrameRequest: false,
    scores: false,
    serverStats: false,
    remotePause: true,
    closeConsumer: true,
    recovery: { iceRestart: false, rebuildSend: false, rebuildRecv: false },
  };
  readonly #engine: MediaEngine;

  constructor(engine: MediaEngine) {
    this.#engine = engine;
  }

  connectParams({ roomId, peerId }: RoomIdentity): Record<string, string> {
    return { hall: roomId, guest: peerId };
  }

  open(context: DialectContext): DialectSession {
    return new OwnSession(context, this.#engine);
  }
}

const unsupported = (): Promise<never> =>
  Promise.reject(new TureenError('unsupported', 'the hall has no such request'));

class OwnSession implements DialectSession {
  readonly #context: DialectContext;
  readonly #media: MediaSession;
  #send: MediaSendTransport | null = null;
  #recv: MediaRecvTransport | null = null;

  readonly setPreferredLayers = unsupported;
  readonly setPriority = unsupported;
  readonly requestKeyFrame = unsupported;
  readonly produceData = unsupported;
  readonly closeDataProducer = unsupported;
  readonly consumeData = unsupported;
  readonly sendText = unsupported;
  readonly restartIce = unsupported;
  readonly getServerStats = unsupported;

  constructor(context: DialectContext, engine: MediaEngine) {
    this.#context = context;
    this.#media = engine.open({ logger: context.logger });
  }

  async join({ displayName }: DialectJoinRequest): Promise<DialectJoinResult> {
    const { channel, logger, clock } = this.#context;
    const startedAt = clock.now();
    const capabilities = (await channel.request('hall/capabilities', {})) as RtpCapabilities;
    const { recvRtpCapabilities } = await this.#media.load(capabilities);
    const entered = (await channel.request('hall/enter', { displayName, recvRtpCapabilities })) as Entered;
    this.#send = this.#media.createSendTransport(entered.send, {
      ...this.#handlers('send'),
      onProduce: async ({ kind, rtpParameters }) => {
        const { id } = (await channel.request('hall/send', { kind, rtpParameters })) as { id: string };
        return id;
      },
      onProduceData: unsupported,
    });
    this.#recv = this.#media.createRecvTransport(entered.recv, this.#handlers('recv'));
    logger.info('entered the hall', { ms: clock.now() - startedAt });
    return {
      peers: entered.guests.map((id) => ({ id, displayName: id.toUpperCase() })),
      capabilities: new OwnDialect({ open: () => this.#media }).capabilities,
    };
  }

  async leave(): Promise<void> {
    await this.#context.channel.notify('hall/leave', {});
  }

  produce(options: MediaProduceOptions): Promise<MediaProducer> {
    return this.#send === null ? unsupported() : this.#send.produce(options);
  }

  async closeProducer(producerId: string): Promise<void> {
    await this.#context.channel.request('hall/stop', { producerId });
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#context.channel.request('hall/pause', { producerId, paused });
  }

  consume({ id, producerId, kind, rtpParameters }: ConsumerOffer): Promise<MediaConsumer> {
    return this.#recv === null ? unsupported() : this.#recv.consume({ id, producerId, kind, rtpParameters });
  }

  async setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    await this.#context.channel.request('hall/mute', { consumerId, paused });
  }

  async closeConsumer(consumerId: string): Promise<void> {
    await this.#context.channel.request('hall/drop', { consumerId });
  }

  async setDisplayName(displayName: string): Promise<void> {
    await this.#context.channel.request('hall/rename', { displayName });
  }

  async getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    const transport = direction === 'send' ? this.#send : this.#recv;
    return transport?.getStats() ?? null;
  }

  handleRequest(_method: string, _data: unknown, responder: Responder): void {
    responder.reject(404, 'the hall sends no requests');
  }

  handleNotification(method: string, data: unknown): void {
    if (method !== 'hall/offer') return;
    const { id, producerId, guest, kind, rtpParameters } = data as Offered;
    this.#context.emit({
      type: 'newConsumer',
      offer: {
        id,
        producerId,
        peerId: guest,
        kind,
        rtpParameters,
        source: 'camera',
        type: 'simple',
        remotePaused: false,
        appData: {},
        supported: this.#media.canReceive(rtpParameters),
      },
      answer: { accept: () => {}, reject: () => {} },
    });
  }

  close(): void {
    this.#media.close();
  }

  #handlers(direction: TransportDirection): TransportHandlers {
    return {
      onConnect: async (dtlsParameters) => {
        await this.#context.channel.request('hall/connect', { direction, dtlsParameters });
      },
      onConnectionState: (state) => {
        this.#context.emit({ type: 'transportState', direction, state });
      },
    };
  }
}
