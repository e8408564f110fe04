import type { ServerStat } from '@tureen/protocol/common';
import { type QueryRoomResponse, readEnvelope } from '@tureen/protocol/mediasoup-v2-shared';
import type {
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
import { invalidArgument } from '../../shared/invalidArgument.ts';
import { TureenError } from '../../shared/errors.ts';
import type { Responder } from '../../signaling/SignalingChannelTypes.ts';
import { canReceive } from '../canReceive.ts';
import { V2ConsumerControl } from './V2ConsumerControl.ts';
import { V2Consumers } from './V2Consumers.ts';
import { V2Join } from './V2Join.ts';
import { V2Notifications } from './V2Notifications.ts';
import { V2Transports } from './V2Transports.ts';
import { V2Requests } from './V2Requests.ts';
import type { SessionOptions } from './options.ts';
import { ServerStats } from './ServerStats.ts';
import type { V2Profile } from './V2Profile.ts';

export interface V2SessionOptions {
  readonly context: DialectContext;
  readonly profile: V2Profile;
  readonly media: MediaSession;
  readonly options: SessionOptions;
}

/** Highest number of streams of a producer: the protocol has names for three. */
const maxStreams = 3;

/** A session in a room, in the messages of mediasoup 2 and of the two protocols before it. */
export class V2Session implements DialectSession {
  readonly appliesInitialSettings = true;
  readonly #profile: V2Profile;
  readonly #media: MediaSession;
  readonly #options: SessionOptions;
  readonly #requests: V2Requests;
  readonly #notifications: V2Notifications;
  readonly #stats: ServerStats;
  readonly #consumers = new V2Consumers();
  readonly #transports: V2Transports;
  readonly #join: V2Join;
  readonly #control: V2ConsumerControl;
  #closed = false;

  constructor({ context, profile, media, options }: V2SessionOptions) {
    this.#profile = profile;
    this.#media = media;
    this.#options = options;
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
      notify: async (method, data) => {
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
      canReceive: (rtpParameters) => canReceive(() => media.canReceive(rtpParameters), context.logger),
      directionOf: (id) => this.#transports.directionOf(id),
    });
    const parts = { profile, requests: this.#requests, transports: this.#transports, consumers: this.#consumers };
    this.#control = new V2ConsumerControl({ ...parts, emit: context.emit });
    this.#join = new V2Join({
      ...parts,
      context,
      media,
      options,
      notifications: this.#notifications,
      assertOpen: () => {
        if (this.#closed) throw leftWhileJoining();
      },
      onResumed: () => {
        this.#stats.handleResumed();
      },
    });
  }

  handleRequest(method: string, data: unknown, responder: Responder): void {
    if (!this.#closed) this.#notifications.handle(method, data, responder);
  }

  handleNotification(method: string, data: unknown): void {
    if (!this.#closed) this.#notifications.handle(method, data);
  }

  handleAtOnce(method: string, data: unknown): boolean {
    const opened = readEnvelope(method, data);
    if (!opened.ok || opened.value.method !== 'welcome') return false;
    const read = this.#profile.codec.readServerMessage('welcome' as never, opened.value.payload);
    if (read.ok) this.#join.welcome.handle(read.value as QueryRoomResponse);
    return true;
  }

  join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    return this.#join.join(request);
  }

  resume(request: DialectJoinRequest, resumableIds: ResumableIds): Promise<DialectResumeResult | null> {
    return this.#join.resume(request, resumableIds);
  }

  async leave(): Promise<void> {
    await this.#requests.send('leave', {});
  }

  async produce(options: MediaProduceOptions): Promise<MediaProducer> {
    if (this.#options.spy === true)
      throw new TureenError('unsupported', 'a spy cannot produce', { hint: 'Join without `spy`.' });
    const { encodings } = options;
    if (encodings !== undefined && encodings.length > maxStreams)
      throw invalidArgument(
        'encodings',
        'Pass fewer encodings.',
        `${this.#profile.name} has names for ${maxStreams} encodings only`,
      );
    return this.#transports.send.produce({ ...options, encodings: encodings?.map(withoutSpatialLayers) });
  }

  consume(offer: ConsumerOffer, settings: ConsumeSettings): Promise<MediaConsumer> {
    return this.#control.consume(offer, settings);
  }

  async closeProducer(producerId: string): Promise<void> {
    await this.#requests.send('closeProducer', { id: Number(producerId) });
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#requests.send(paused ? 'pauseProducer' : 'resumeProducer', { id: Number(producerId) });
  }

  setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    return this.#control.setPaused(consumerId, paused);
  }

  setPreferredLayers(consumerId: string, layers: Layers): Promise<void> {
    return this.#control.setPreferredLayers(consumerId, layers);
  }

  setPriority(): Promise<void> {
    return this.#rejectUnsupported('setPriority()');
  }

  async requestKeyFrame(consumerId: string): Promise<void> {
    await this.#requests.requestOutOfBand('request-consumer-keyframe', { consumerId: Number(consumerId) });
  }

  async closeConsumer(consumerId: string): Promise<void> {
    await this.#requests.send('closeConsumer', { id: Number(consumerId) });
  }

  produceData(): Promise<never> {
    return this.#rejectUnsupported('produceData()');
  }

  closeDataProducer(): Promise<void> {
    return this.#rejectUnsupported('closeDataProducer()');
  }

  consumeData(): Promise<never> {
    return this.#rejectUnsupported('consumeData()');
  }

  async setDisplayName(displayName: string): Promise<void> {
    await this.#requests.requestOutOfBand('change-display-name', { displayName });
  }

  async sendText(text: string): Promise<void> {
    await this.#requests.send('textMessage', { text });
  }

  async restartIce(direction: TransportDirection): Promise<void> {
    await this.#transports.restartIce(direction);
  }

  /** Rebuilds the send transport only: a consumer cannot be enabled twice. */
  async rebuild(): Promise<void> {
    await this.#transports.rebuildSend();
  }

  async probe(timeoutMs: number): Promise<void> {
    await this.#requests.probe(timeoutMs);
  }

  async getServerStats(target: StatsTarget): Promise<readonly ServerStat[]> {
    const id = this.#idOf(target);
    if (id === null) throw new TureenError('invalidState', 'the session has no such transport');
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

  #idOf(target: StatsTarget): number | null {
    if (target.type !== 'transport') return Number(target.id);
    const transport = this.#transports.of(target.direction);
    return transport === null ? null : Number(transport.id);
  }

  #rejectUnsupported(call: string): Promise<never> {
    return Promise.reject(new TureenError('unsupported', `${this.#profile.name} does not support ${call}`));
  }
}

/** Removes modes with spatial layers: a server of mediasoup 2 cannot separate layers within a stream. */
function withoutSpatialLayers({ scalabilityMode, ...encoding }: ProducerEncoding): ProducerEncoding {
  return scalabilityMode?.startsWith('L1') === true ? { ...encoding, scalabilityMode } : encoding;
}
