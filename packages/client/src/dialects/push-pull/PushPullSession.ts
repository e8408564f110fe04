import { Epoch } from '@tureen/kernel';
import { formatIssue } from '@tureen/protocol/common';
import { canonicalMethod, isServerMethod, readServerMessage } from '@tureen/protocol/push-pull';
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
import type { Responder } from '../../signaling/SignalingChannelTypes.ts';
import { canReceive } from '../canReceive.ts';
import { ConnectionStates } from './ConnectionStates.ts';
import { RemoteUsers } from './RemoteUsers.ts';
import { Heartbeat } from './Heartbeat.ts';
import { Join } from './Join.ts';
import type { PushPullOptions } from './options.ts';
import { Pulls } from './Pulls.ts';
import { Pushes } from './Pushes.ts';
import { Requests } from './Requests.ts';
import { UserIdentity } from './UserIdentity.ts';
import { toRoom } from './toRoom.ts';

/** A session in a room, in the messages of push-pull. */
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
  readonly #join: Join;
  /** Ends when the connection drops. */
  readonly #epoch = new Epoch();
  #userName: string;
  #heartbeat: Heartbeat | null = null;
  #closed = false;

  /** The room does not call these: `capabilities` excludes them. */
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
    const { profile, iceServers, reconnect = profile === 'rtcpilot' ? 'rejoin' : 'resume' } = options;
    this.#context = context;
    this.#options = options;
    this.#user = context.memory.recall(() => new UserIdentity(peerId, reconnect === 'rejoin'));
    this.#requests = new Requests(context);
    this.#userName = peerId;
    this.#media = media.open({ logger: context.logger, profile, iceServers });
    const emit: DialectContext['emit'] = (event) => !this.#closed && context.emit(event);
    this.#states = new ConnectionStates((direction, state) => {
      emit({ type: 'transportState', direction, state });
    });
    this.#users = new RemoteUsers({
      isOwn: (userId) => this.#user.has(userId),
      onConnectionLost: (pusherId) => this.#states.fail(pusherId),
      isOwnPusher: (pusherId) => this.#user.pushers.has(pusherId),
      canReceive: (rtpParam) =>
        canReceive(() => this.#media.canReceive({ kind: rtpParam.av_type, rtpParam }), context.logger),
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
    this.#join = new Join({
      memory: context.memory,
      options,
      user: this.#user,
      requests: this.#requests,
      users: this.#users,
      pushes: this.#pushes,
      pulls: this.#pulls,
      assertOpen: () => {
        if (this.#closed) throw leftWhileJoining();
      },
      onJoined: (userName) => {
        this.#userName = userName;
        this.#startHeartbeat();
      },
    });
  }

  /** Answers a ping. RTCPilot sends no requests, but its own client answers a ping at any time. */
  respondAtOnce(method: string, responder: Responder): boolean {
    if (method === 'ping') responder.accept({ pong: true });
    return method === 'ping';
  }

  handleRequest(method: string, data: unknown, responder: Responder): void {
    if (this.#closed) return;
    if (isServerMethod(canonicalMethod(method))) {
      // A notification sent as a request is handled and acknowledged.
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
    // The table pairs methods with data, which TypeScript cannot infer through the union.
    const event = toRoom[name](read.value as never, this.#users);
    if (event !== undefined) this.#context.emit(event);
  }

  join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    return this.#join.join(request);
  }

  resume(request: DialectJoinRequest, resumable: ResumableIds): Promise<DialectResumeResult | null> {
    return this.#join.resume(request, resumable);
  }

  async leave(): Promise<void> {
    this.#heartbeat?.close();
    this.#context.memory.resumeToken = undefined;
    if (this.#requests.extensions.has('leave')) await this.#requests.request('leave', {});
    // Servers without the request ignore the notification.
    else await this.#context.channel.notify('leave', this.#requests.user);
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
    await this.#context.channel.notify('textMessage', { ...this.#requests.user, userName: this.#userName, message });
  }

  /** Ends broken connections. Connections are never negotiated again: the room pushes and pulls over new ones. */
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

  #startHeartbeat(): void {
    const userName = this.#userName;
    this.#heartbeat?.close();
    this.#heartbeat = new Heartbeat({
      clock: this.#context.clock,
      intervalMs: this.#options.heartbeatMs ?? 10_000,
      send: (timeoutMs) => this.#requests.request('heartbeat', { userName }, { timeoutMs }),
      onResponse: () => {
        this.#user.answersHeartbeats = true;
      },
      onForgotten: (reason) => {
        if (!this.#closed) this.#context.emit({ type: 'rejoinNeeded', reason });
      },
    });
  }
}

function unsupported(): Promise<never> {
  return Promise.reject(
    new TureenError('unsupported', 'not supported by the push-pull dialect', { hint: 'Check room.capabilities.' }),
  );
}
