import type {
  LoadedCapabilities,
  MediaConsumeOptions,
  MediaConsumer,
  MediaDataConsumeOptions,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
  MediaEngine,
  MediaOpenOptions,
  MediaProduceOptions,
  MediaProducer,
  MediaRecvTransport,
  MediaSendTransport,
  MediaSession,
  MediaTransport,
  RtpCapabilities,
  RtpParameters,
  SendTransportHandlers,
  TransportDescription,
  TransportHandlers,
} from '@tureen/client/ports';

/** Media engine of an app: records the calls to another engine. */
export class OwnEngine implements MediaEngine {
  /** Names of the calls, in order. */
  readonly calls: string[] = [];
  readonly #inner: MediaEngine;

  constructor(inner: MediaEngine) {
    this.#inner = inner;
  }

  open(options?: MediaOpenOptions): MediaSession {
    this.calls.push('open');
    return new OwnSession(this.#inner.open(options), this.calls);
  }
}

class OwnSession implements MediaSession {
  readonly #inner: MediaSession;
  readonly #calls: string[];

  constructor(inner: MediaSession, calls: string[]) {
    this.#inner = inner;
    this.#calls = calls;
  }

  get closed(): boolean {
    return this.#inner.closed;
  }

  load(routerRtpCapabilities: RtpCapabilities): Promise<LoadedCapabilities> {
    this.#calls.push('load');
    return this.#inner.load(routerRtpCapabilities);
  }

  canReceive(rtpParameters: RtpParameters): boolean {
    this.#calls.push('canReceive');
    return this.#inner.canReceive(rtpParameters);
  }

  createSendTransport(description: TransportDescription, handlers: SendTransportHandlers): MediaSendTransport {
    this.#calls.push('createSendTransport');
    return new OwnSendTransport(this.#inner.createSendTransport(description, handlers), this.#calls);
  }

  createRecvTransport(description: TransportDescription, handlers: TransportHandlers): MediaRecvTransport {
    this.#calls.push('createRecvTransport');
    return new OwnRecvTransport(this.#inner.createRecvTransport(description, handlers), this.#calls);
  }

  close(): void {
    this.#calls.push('close');
    this.#inner.close();
  }
}

abstract class OwnMediaTransport<T extends MediaTransport> implements MediaTransport {
  protected readonly inner: T;
  protected readonly calls: string[];

  constructor(inner: T, calls: string[]) {
    this.inner = inner;
    this.calls = calls;
  }

  get id() {
    return this.inner.id;
  }

  get connectionState() {
    return this.inner.connectionState;
  }

  get closed() {
    return this.inner.closed;
  }

  restartIce: MediaTransport['restartIce'] = (iceParameters) => this.inner.restartIce(iceParameters);

  getStats(): Promise<RTCStatsReport> {
    return this.inner.getStats();
  }

  close(): void {
    this.inner.close();
  }
}

class OwnSendTransport extends OwnMediaTransport<MediaSendTransport> implements MediaSendTransport {
  produce(options: MediaProduceOptions): Promise<MediaProducer> {
    this.calls.push('produce');
    return this.inner.produce(options);
  }

  produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer> {
    this.calls.push('produceData');
    return this.inner.produceData(options);
  }
}

class OwnRecvTransport extends OwnMediaTransport<MediaRecvTransport> implements MediaRecvTransport {
  consume(options: MediaConsumeOptions): Promise<MediaConsumer> {
    this.calls.push('consume');
    return this.inner.consume(options);
  }

  consumeData(options: MediaDataConsumeOptions): Promise<MediaDataConsumer> {
    this.calls.push('consumeData');
    return this.inner.consumeData(options);
  }
}
