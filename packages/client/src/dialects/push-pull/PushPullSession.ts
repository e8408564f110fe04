import { Epoch } from '@tureen/kernel';
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
import { leftWhileJoining } from '../../shared/commonErrors.ts';
import { TureenError } from '../../shared/errors.ts';
import type { Responder } from '../../signaling/SignalingChannel.ts';
import { toCapabilities } from './capabilities.ts';
import { ConnectionStates } from './ConnectionStates.ts';
import { RemoteUsers } from './RemoteUsers.ts';
import { Heartbeat } from './Heartbeat.ts';
import type { PushPullOptions } from './options.ts';
import { Pulls } from './Pulls.ts';
import { Pushes } from './Pushes.ts';
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
  readonly #users: RemoteUsers;
  readonly #pushes: Pushes;
  readonly #pulls: Pulls;
  readonly #requests: Requests;
  /** Ends when the connection drops. */
  readonly #epoch = new Epoch();
  #userName: string;
  #heartbeat: Heartbeat | null = null;
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
    this.#users = new RemoteUsers({
      isOwn: (userId) => this.#user.has(userId),
      onLost: (pusherId) => this.#states.fail(pusherId),
      isOwnPusher: (pusherId) => this.#user.pushers.has(pusherId),
      canReceive: (rtpParam) => this.#canReceive(rtpParam),
      names: this.#user.names,
      mayRejoin: () => !this.#requests.extensions.has('resumeToken'),
      emit,
    });
    const parts = {
      context,
      media: this.#media,
      requests: this.#requests,
      states: this.#states,
      epoch: this.#epoch,
    };
    this.#pushes = new Pushes({ ...parts, user: this.#user, isAudience: options.audience === true });
    this.#pulls = new Pulls({ ...parts, users: this.#users, emit });
  }

  /** RTCPilot sends no requests; its own client answers a ping, at any time. */
  respondAtOnce(method: string, responder: Responder): boolean {
    if (method === 'ping') responder.accept({ pong: true });
    return method === 'ping';
  }

  handleRequest(method: string, data: unknown, responder: Responder): void {
    if (this.#closed) return;
    if (isServerMethod(canonicalMethod(method))) {
      // A notification sent as a request: handled all the same, and acknowledged.
      this.handleNotification(method, data);
      responder.accept();
    } else {
      this.#context.logger.debug(`refusing unknown request '${method}'`);
      responder.reject(-1, `unknown request.method "${method}"`);
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
    const event = toRoom[name](read.value as never, this.#users);
    if (event !== undefined) this.#context.emit(event);
  }

  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { resumeToken } = this.#context.memory;
    this.#requests.who = { ...this.#requests.who, userId: this.#user.next() };
    const joined = await this.#askToJoin(request, { resumeToken });
    // The server may have resumed the user: pushes over former connections are dead, and the room pushes again.
    this.#pushes.discard(this.#user.pushers);
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
      consumers: resumable.consumers.filter((id) => this.#pulls.isPulled(id)),
    };
    try {
      const joined = await this.#askToJoin(request, { resumeToken, holds });
      const resumed = toResumed(joined, resumable.consumers);
      const sent = new Set(joined.resumed?.consumers.map(({ id }) => id));
      this.#pulls.retainOnly(sent);
      for (const id of pushers) if (!resumed.producers.has(id)) pushers.delete(id);
      const isKnown = (id: string) => resumed.consumers.has(id) || this.#pulls.isClosed(id);
      return { ...this.#enter(request, joined, isKnown), ...resumed };
    } catch (error) {
      if (!TureenError.is(error) || error.code !== 'requestRefused' || error.retryable) throw error;
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

  produce(options: MediaProduceOptions): Promise<MediaProducer> {
    return this.#pushes.produce(options);
  }

  closeProducer(producerId: string): Promise<void> {
    return this.#pushes.close(producerId);
  }

  setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    return this.#pushes.setPaused(producerId, paused);
  }

  consume(offer: ConsumerOffer, settings: ConsumeSettings): Promise<MediaConsumer> {
    return this.#pulls.consume(offer, settings);
  }

  setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    return this.#pulls.setPaused(consumerId, paused);
  }

  closeConsumer(consumerId: string): Promise<void> {
    return this.#pulls.close(consumerId);
  }

  async sendText(message: string): Promise<void> {
    await this.#context.channel.notify('textMessage', { ...this.#requests.who, userName: this.#userName, message });
  }

  /** Ends broken connections, which are never negotiated again: the room pushes and pulls over other ones. */
  async rebuild(direction: TransportDirection): Promise<void> {
    const ids = this.#states.end(
      (_, state, way) => way === direction && (state === 'failed' || state === 'disconnected'),
    );
    if (direction === 'send') this.#pushes.discard(ids);
    else for (const id of ids) this.#pulls.forget(id);
  }

  probe(timeoutMs: number): Promise<void> | undefined {
    // Not all servers answer a heartbeat; those that announce extensions do.
    const isAnswered = this.#user.answersHeartbeats || this.#requests.extensions.size > 0;
    return isAnswered ? this.#heartbeat?.beat(timeoutMs) : undefined;
  }

  getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return this.#media.getTransportStats(direction);
  }

  handleLost(): void {
    this.#epoch.next();
    this.#heartbeat?.close();
  }

  close(): void {
    this.#closed = true;
    this.#heartbeat?.close();
    this.#pulls.stop();
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
    return { ...this.#users.enter(present, isKnown), capabilities: toCapabilities(this.#requests.extensions) };
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
}

function unsupported(): Promise<never> {
  return Promise.reject(
    new TureenError('unsupported', 'not supported by the push-pull dialect', { hint: 'check room.capabilities' }),
  );
}
