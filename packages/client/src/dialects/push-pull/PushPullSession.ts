import { formatIssue, type Written } from '@tureen/protocol/common';
import {
  canonicalMethod,
  EXTENSIONS,
  isServerMethod,
  readServerMessage,
  type ClientData,
  type JoinResponse,
  type RtpParam,
} from '@tureen/protocol/push-pull';
import type { MediaConsumer, MediaProduceOptions, MediaProducer } from '../../media/MediaEngine.ts';
import type { PeerConnectionMedia, PeerConnectionSession } from '../../media/PeerConnectionMedia.ts';
import type {
  ConsumeSettings,
  DialectContext,
  DialectJoinRequest,
  DialectJoinResult,
  DialectResumeResult,
  DialectSession,
  ResumableIds,
} from '../../room/DialectPort.ts';
import type { ConsumerOffer, TransportDirection } from '../../room/entityInfo.ts';
import { connectionDropped, leftWhileJoining } from '../../shared/commonErrors.ts';
import { TureenError } from '../../shared/errors.ts';
import type { Answer } from '../../signaling/SignalingChannel.ts';
import { toCapabilities } from './capabilities.ts';
import { ConnectionStates } from './ConnectionStates.ts';
import { RemoteUsers } from './RemoteUsers.ts';
import { Heartbeat } from './Heartbeat.ts';
import type { PushPullOptions } from './options.ts';
import { PullBatcher } from './PullBatcher.ts';
import { Reception } from './Reception.ts';
import { placeTaken, Requests } from './Requests.ts';
import { UserIdentity } from './UserIdentity.ts';
import { toResumed, toRoom } from './toRoom.ts';
import { toAppData } from './toWire.ts';

/** One session in a room, in the messages of push-pull. */
export class PushPullSession implements DialectSession {
  readonly #context: DialectContext;
  readonly #options: PushPullOptions;
  readonly #user: UserIdentity;
  readonly #media: PeerConnectionSession;
  readonly #states: ConnectionStates;
  readonly #pulls: PullBatcher;
  readonly #directory: RemoteUsers;
  readonly #reception: Reception;
  readonly #requests: Requests;
  /** Ids of pushers that the server sends. */
  readonly #pulled = new Set<string>();
  /** Ids of consumers that the app closed. */
  readonly #closedHere = new Set<string>();
  #userName: string;
  #heartbeat: Heartbeat | null = null;
  #pushes = 0;
  /** How often the connection dropped. */
  #losses = 0;
  #closed = false;

  /** What `capabilities` excludes. */
  readonly setPreferredLayers = unsupported;
  readonly setPriority = unsupported;
  readonly requestKeyFrame = unsupported;
  readonly produceData = unsupported;
  readonly closeDataProducer = unsupported;
  readonly consumeData = unsupported;
  readonly setDisplayName = unsupported;
  readonly restartIce = unsupported;
  readonly getServerStats = unsupported;

  constructor(context: DialectContext, media: PeerConnectionMedia, options: PushPullOptions) {
    const { peerId } = context.identity;
    const { profile, reconnect = profile === 'rtcpilot' ? 'rejoin' : 'resume' } = options;
    this.#context = context;
    this.#options = options;
    this.#user = context.memory.recall(() => new UserIdentity(peerId, reconnect === 'rejoin'));
    this.#requests = new Requests(context);
    this.#userName = peerId;
    this.#media = media.open(context.logger);
    const emit: DialectContext['emit'] = (event) => !this.#closed && context.emit(event);
    this.#states = new ConnectionStates((direction, state) => {
      emit({ type: 'transportState', direction, state });
    });
    this.#reception = new Reception({
      clock: context.clock,
      isConnected: (consumer) => this.#states.isConnected(consumer),
      onSpeaker: (peerId, volume) => emit({ type: 'activeSpeaker', peerId, volume }),
      onSilent: (consumerId, isSilent) =>
        emit({ type: isSilent ? 'consumerPaused' : 'consumerResumed', consumerId, by: 'unknown' }),
    });
    this.#directory = new RemoteUsers({
      isOwn: (userId) => this.#user.has(userId),
      onLost: (pusherId) => this.#states.fail(pusherId),
      isOwnPusher: (pusherId) => this.#user.pushers.has(pusherId),
      canReceive: (rtpParam) => this.#canReceive(rtpParam),
      names: this.#user.names,
      mayRejoin: () => !this.#requests.extensions.has('resumeToken'),
      emit,
    });
    this.#pulls = new PullBatcher({
      media: this.#media,
      connection: () => this.#states.add('recv'),
      exchange: (wishes) => async (sdp) => {
        const specs = wishes.map(({ kind, id }) => ({ type: kind, pusherId: id }));
        const [first] = wishes;
        return (await this.#requests.ask('pull', { sdp, targetUserId: first?.userId ?? '', specs })).sdp;
      },
    });
  }

  /** RTCPilot sends no requests; its own client answers a ping, at any time. */
  answerAtOnce(method: string, answer: Answer): boolean {
    if (method === 'ping') answer.accept({ pong: true });
    return method === 'ping';
  }

  handleRequest(method: string, data: unknown, answer: Answer): void {
    if (this.#closed) return;
    if (isServerMethod(canonicalMethod(method))) {
      // A notification sent as a request: handled all the same, and acknowledged.
      this.handleNotification(method, data);
      answer.accept();
    } else {
      this.#context.logger.debug(`refusing unknown request '${method}'`);
      answer.reject(-1, `unknown request.method "${method}"`);
    }
  }

  handleNotification(method: string, data: unknown): void {
    if (this.#closed) return;
    const name = canonicalMethod(method);
    if (!isServerMethod(name)) {
      this.#context.logger.debug(`ignoring unknown notification '${method}'`);
      return;
    }
    const read = readServerMessage(name, data);
    if (!read.ok) {
      this.#context.logger.warn(`dropping malformed '${method}'`, formatIssue(read.issue));
      return;
    }
    // Which method goes with which data is in the table; TypeScript cannot follow it through the union.
    const event = toRoom[name](read.value as never, this.#directory);
    if (event !== undefined) this.#context.emit(event);
  }

  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { resumeToken } = this.#context.memory;
    this.#requests.who = { ...this.#requests.who, userId: this.#user.next() };
    const joined = await this.#askToJoin(request, { resumeToken });
    // The server may have resumed the user: pushes over former connections are dead, and the room pushes again.
    for (const id of [...this.#user.pushers]) this.#unpush(id);
    return this.#enter(request, joined);
  }

  /** Media connections continue. One that failed meanwhile is recovered as any other. */
  async resume(request: DialectJoinRequest, resumable: ResumableIds): Promise<DialectResumeResult | null> {
    const { memory } = this.#context;
    const { resumeToken } = memory;
    const { pushers, rejoins } = this.#user;
    if (resumeToken === undefined || rejoins) return null;
    const holds = {
      producers: resumable.producers.filter((id) => pushers.has(id)),
      consumers: resumable.consumers.filter((id) => this.#pulled.has(id)),
    };
    try {
      const joined = await this.#askToJoin(request, { resumeToken, holds });
      const resumed = toResumed(joined, resumable.consumers);
      const sent = new Set(joined.resumed?.consumers.map(({ id }) => id));
      // Pulls that the server closed: the room consumes again what it finds closed.
      this.#states.end((id) => this.#pulled.has(id) && !sent.has(id));
      retainOnly(this.#pulled, sent);
      retainOnly(pushers, resumed.producers);
      const isKnown = (id: string) => resumed.consumers.has(id) || this.#closedHere.has(id);
      return { ...this.#enter(request, joined, isKnown), ...resumed };
    } catch (error) {
      if (!(error instanceof TureenError) || error.code !== 'requestRefused' || error.retryable) throw error;
      memory.resumeToken = undefined;
      pushers.clear();
      return null;
    }
  }

  async leave(): Promise<void> {
    this.#heartbeat?.close();
    this.#context.memory.resumeToken = undefined;
    if (this.#requests.extensions.has('leave')) await this.#requests.ask('leave', {});
    // A server that does not know it reads past it.
    else await this.#context.channel.notify('leave', this.#requests.who);
  }

  async produce(options: MediaProduceOptions): Promise<MediaProducer> {
    if (this.#options.audience === true)
      throw new TureenError('unsupported', 'the audience sends nothing', { hint: 'join without `audience`' });
    const { appData = {}, paused } = options;
    const { source } = appData;
    const details = { appData, paused, ...(typeof source === 'string' ? { source } : {}) };
    const id = `${this.#requests.who.userId}/${++this.#pushes}`;
    const connection = this.#states.add('send');
    const losses = this.#losses;
    const producer = await this.#media.push(
      { ...options, id },
      async (sdp) => {
        const answer = await this.#requests.ask('push', {
          sdp,
          ...(this.#requests.extensions.has('pushDetails') ? details : {}),
        });
        return { sdp: answer.sdp, id: answer.pushers?.[0]?.pusherId };
      },
      connection,
    );
    this.#assertNotLost(losses, producer);
    connection.carries = [producer];
    this.#user.pushers.add(producer.id);
    if (paused === true && !this.#requests.extensions.has('pushDetails'))
      await this.setProducerPaused(producer.id, true);
    return producer;
  }

  async closeProducer(producerId: string): Promise<void> {
    this.#user.pushers.delete(producerId);
    await this.#requests.end('unpush', producerId);
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#requests.askIf('pausePush', paused ? 'pausePush' : 'resumePush', producerId);
  }

  async consume(
    { id, kind, peerId, remotePaused }: ConsumerOffer,
    { paused }: ConsumeSettings,
  ): Promise<MediaConsumer> {
    const known = this.#directory.find(id);
    if (known === undefined) throw new TureenError('closed', `'${id}' is not pushed any more`);
    const losses = this.#losses;
    try {
      const consumer = await this.#pulls.pull({ id, kind, userId: known.userId, rtpParam: known.rtpParam });
      this.#assertNotLost(losses, consumer);
      this.#pulled.add(id);
      const mayFallSilent = !this.#requests.extensions.has('pusherClosed');
      this.#reception.add(consumer, { peerId, mayFallSilent, isSilent: remotePaused });
      if (paused) await this.setConsumerPaused(id, true);
      return consumer;
    } catch (error) {
      if (error instanceof TureenError && (error.code === 'unsupportedCodec' || error.serverCode === 488)) {
        this.#context.emit({ type: 'consumerUnsupported', peerId, producerId: id, kind, reason: error.message });
      }
      throw error;
    }
  }

  async setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    // Of what was never pulled the server sends nothing.
    if (this.#pulled.has(consumerId))
      await this.#requests.askIf('pausePull', paused ? 'pausePull' : 'resumePull', consumerId);
  }

  async closeConsumer(consumerId: string): Promise<void> {
    this.#closedHere.add(consumerId);
    if (this.#pulled.delete(consumerId)) await this.#requests.end('closeConsumer', consumerId);
  }

  async sendText(message: string): Promise<void> {
    await this.#context.channel.notify('textMessage', { ...this.#requests.who, userName: this.#userName, message });
  }

  /** No connection is negotiated a second time: those that broke end, and what was on them is pushed and pulled on others. */
  async rebuild(direction: TransportDirection): Promise<void> {
    const ids = this.#states.end(
      (_, state, way) => way === direction && (state === 'failed' || state === 'disconnected'),
    );
    for (const id of ids) {
      if (direction === 'recv') this.#pulled.delete(id);
      else this.#unpush(id);
    }
  }

  probe(timeoutMs: number): Promise<void> | undefined {
    // Not all servers answer one; those that announce extensions do.
    const isAnswered = this.#user.answersHeartbeats || this.#requests.extensions.size > 0;
    return isAnswered ? this.#heartbeat?.beat(timeoutMs) : undefined;
  }

  getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return this.#media.getTransportStats(direction);
  }

  handleLost(): void {
    this.#losses += 1;
    this.#heartbeat?.close();
  }

  close(): void {
    this.#closed = true;
    this.#heartbeat?.close();
    this.#reception.close();
    this.#media.close();
  }

  async #askToJoin(
    { displayName, appData }: DialectJoinRequest,
    resuming: Pick<Written<ClientData<'join'>>, 'resumeToken' | 'holds'>,
  ): Promise<JoinResponse> {
    const { profile, roomToken, audience } = this.#options;
    const joined = await this.#requests
      .ask('join', {
        userName: displayName,
        roomToken,
        audience: audience === true ? true : undefined,
        ...(profile === 'rtcpilot' ? {} : { extensions: EXTENSIONS, ...resuming, appData: toAppData(appData) }),
      })
      .catch(placeTaken);
    if (this.#closed) throw leftWhileJoining();
    this.#userName = displayName;
    this.#context.memory.resumeToken = joined.resumeToken;
    this.#requests.extensions = new Set(joined.extensions);
    return joined;
  }

  #enter(
    { displayName, consume }: DialectJoinRequest,
    { users }: JoinResponse,
    isKnown?: (pusherId: string) => boolean,
  ): DialectJoinResult {
    this.#heartbeat?.close();
    this.#heartbeat = new Heartbeat({
      clock: this.#context.clock,
      intervalMs: this.#options.heartbeatMs ?? 10_000,
      send: (timeoutMs) => this.#requests.ask('heartbeat', { userName: displayName }, { timeoutMs }),
      onAnswered: () => {
        this.#user.answersHeartbeats = true;
      },
      onForgotten: (reason) => {
        if (!this.#closed) this.#context.emit({ type: 'rejoinNeeded', reason });
      },
    });
    const present = consume ? users : users.map((user) => ({ ...user, pushers: [] }));
    return { ...this.#directory.enter(present, isKnown), capabilities: toCapabilities(this.#requests.extensions) };
  }

  /** For media that was not confirmed when the connection dropped: the server does not keep it. */
  #assertNotLost(losses: number, media: { close(): void }): void {
    if (losses === this.#losses) return;
    media.close();
    throw connectionDropped();
  }

  /** True where the browser cannot say: consuming fails then. */
  #canReceive(rtpParam: RtpParam): boolean {
    try {
      return this.#media.canReceive({ kind: rtpParam.av_type, rtpParam });
    } catch (error) {
      this.#context.logger.debug('the browser cannot say what it receives', error);
      return true;
    }
  }

  /** Ends a push over a dead connection. */
  #unpush(id: string): void {
    this.closeProducer(id).catch((error: unknown) => {
      this.#context.logger.debug(`'${id}' was closed already`, error);
    });
  }
}

function retainOnly(ids: Set<string>, those: { has(id: string): boolean }): void {
  for (const id of ids) if (!those.has(id)) ids.delete(id);
}

function unsupported(): Promise<never> {
  return Promise.reject(
    new TureenError('unsupported', 'not supported by the push-pull dialect', { hint: 'check room.capabilities' }),
  );
}
