import type { EndReason, Written } from '@tureen/protocol/common';
import {
  canonicalMethod,
  clientToServer,
  closeCodes,
  EXTENSIONS,
  isClientMethod,
  readClientMessage,
  refusals,
  writeResponse,
} from '@tureen/protocol/push-pull';
import type { ClientData, ClientMethod, JoinResponse, MethodEntry, ResponseData } from '@tureen/protocol/push-pull';
import type { Logger } from 'pino';
import { MediaError } from '../../engine/MediaBackend.ts';
import type { PeerClosing } from '../../rooms/PeerEvents.ts';
import { refusalOf } from '../../rooms/permissions.ts';
import type { Permissions } from '../../rooms/permissions.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { Clock } from '../../shared/clock.ts';
import { RECONNECT_PACE_MS } from '../../shared/pacing.ts';
import { SerialQueue } from '../../shared/SerialQueue.ts';
import type { SessionOptions } from '../adapting.ts';
import { ProtocolError, refused, SilentRefusal } from '../Connection.ts';
import type { Connection } from '../Connection.ts';
import { ClosePolicy } from '../ClosePolicy.ts';
import { objectionTo, permissionsOf } from '../grant.ts';
import { holdToTerm } from '../grantTerm.ts';
import { JoinDeadline } from '../JoinDeadline.ts';
import { patience } from './options.ts';
import type { PushPullSettings } from './options.ts';
import { PushPullUser } from './PushPullUser.ts';
import type { UserLink } from './PushPullUser.ts';
import { asRtcPilot, toRefusal } from './refusal.ts';
import { requestHandlers } from './requests.ts';
import type { UserRequestMethod } from './requests.ts';
import { toResumed, toUser } from './toWire.ts';
import type { UserDirectory } from './UserDirectory.ts';

/** As the folders are named; also the path that clients connect to. */
export const DIALECT = 'push-pull';

/** Counts one join of a user. Whether the user may join, or has joined too often. */
export type MayJoin = (user: { readonly roomId: string; readonly peerId: string }) => boolean;

/** What a {@link PushPullSession} is made of. */
export interface PushPullSessionOptions extends SessionOptions<PushPullSettings> {
  readonly directory: UserDirectory;
  readonly mayJoin: MayJoin;
}

/** One connection, from the moment it is there: as whom it joins, what it asks, and its end. */
export class PushPullSession implements UserLink {
  readonly connection: Connection;
  readonly #registry: RoomRegistry;
  readonly #directory: UserDirectory;
  readonly #mayJoin: MayJoin;
  readonly #settings: PushPullSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #end: ClosePolicy;
  readonly #queue = new SerialQueue();
  #user: PushPullUser | undefined;
  #deadline: JoinDeadline;

  constructor({ connection, registry, directory, mayJoin, settings, clock, logger }: PushPullSessionOptions) {
    this.connection = connection;
    this.#registry = registry;
    this.#directory = directory;
    this.#mayJoin = mayJoin;
    this.#settings = settings;
    this.#clock = clock;
    this.#logger = logger;
    this.#end = new ClosePolicy({ connection, clock, logger });
    connection.handlers = {
      onRequest: (method, data) => this.#handleRequest(method, data),
      onNotification: (method, data) => this.#handleNotification(method, data),
      onClosed: (code) => {
        this.#deadline.cancel();
        this.#user?.handleConnectionLost(this, code === PAGE_WENT_AWAY);
      },
    };
    this.#deadline = this.#startDeadline(settings.joinTimeoutMs);
  }

  onReplaced(): void {
    this.#user = undefined;
    this.#end.dismiss({ reason: 'replaced' });
  }

  onUserClosed(closing: PeerClosing): void {
    this.#user = undefined;
    if (closing.reason === 'refused') return;
    // The next heartbeat is refused, and the client joins again.
    if (closing.reason === 'forgotten') this.#deadline = this.#startDeadline(patience.forgetUserMs);
    else this.#end.handlePeerClosed(closing);
  }

  #handleRequest(method: string, data: unknown): Promise<unknown> {
    const { isRtcPilot } = this.#settings;
    const name = canonicalMethod(method);
    if (!isClientMethod(name) || !this.#isSpoken(name, 'request')) {
      if (isRtcPilot) return Promise.reject(unanswered(method));
      return Promise.reject(refused(refusals.unknownMethod(method)));
    }
    return this.#answer(name, data).catch((error: unknown) => {
      throw isRtcPilot ? asRtcPilot(error, name) : error;
    });
  }

  async #answer(method: ClientMethod, data: unknown): Promise<unknown> {
    return this.#act(method, readOrRefuse(method, data));
  }

  #handleNotification(method: string, data: unknown): Promise<unknown> {
    const name = canonicalMethod(method);
    if (!isClientMethod(name) || !this.#isSpoken(name, 'notification')) {
      throw this.#settings.isRtcPilot ? unanswered(method) : refused(refusals.unknownMethod(method));
    }
    return this.#act(name, readOrRefuse(name, data)).catch((error: unknown) => {
      this.#logger.debug({ method, err: error }, 'notification without effect');
      throw error;
    });
  }

  #isSpoken(method: ClientMethod, kind: 'request' | 'notification'): boolean {
    const entry: MethodEntry = clientToServer[method];
    if (entry.additive === true && this.#settings.isRtcPilot) return false;
    return entry.kind === 'either' || entry.kind === kind;
  }

  /** In the order in which they came, each after the one before has its answer. */
  #act<Method extends ClientMethod>(method: Method, data: ClientData<Method>): Promise<unknown> {
    const perform = async () => {
      try {
        return await this.#perform(method, data);
      } catch (error) {
        if (method === 'join') this.#handleJoinRefused(error);
        throw toRefusal(error, method);
      }
    };
    return this.#deadline.owe(() => this.#queue.run(perform));
  }

  /** Where a later attempt may succeed, the close code says so. The client gets its refusal first. */
  #handleJoinRefused(error: unknown): void {
    const reason = passingReasonOf(error);
    if (reason === undefined) return;
    const { message: detail } = error as Error;
    this.#clock.after(RECONNECT_PACE_MS, () => {
      if (this.#user === undefined) this.#end.dismiss({ reason, detail });
    });
  }

  async #perform(method: ClientMethod, data: ClientData<ClientMethod>): Promise<unknown> {
    if (method === 'join') return this.#join(data as ClientData<'join'>);
    const user = this.#user;
    if (user === undefined) throw refused(method === 'heartbeat' ? refusals.heartbeatFailed() : refusals.notJoined());
    this.#checkIdentity(user, data);
    user.touch();
    if (method === 'textMessage') {
      user.peer.sendText((data as ClientData<'textMessage'>).message);
      return undefined;
    }
    return this.#ask(user, method, data as ClientData<UserRequestMethod>);
  }

  async #ask<Method extends UserRequestMethod>(
    user: PushPullUser,
    method: Method,
    data: ClientData<Method>,
  ): Promise<unknown> {
    const context = { user, registry: this.#registry, settings: this.#settings };
    const response: Written<ResponseData<Method>> = await user.requests.run(async () =>
      requestHandlers[method](context, data),
    );
    return writeResponse<UserRequestMethod>(method, response);
  }

  async #join(data: ClientData<'join'>): Promise<unknown> {
    const { isRtcPilot } = this.#settings;
    if (this.#user !== undefined) {
      this.#checkIdentity(this.#user, data);
      if (!isRtcPilot) throw refused(refusals.alreadyJoined());
    }
    const { roomId, userId } = data;
    const objection = objectionTo(this.connection.grant, roomId, userId);
    if (objection !== undefined) throw refused(refusals.joinFailed(objection), 'forbidden');
    if (!this.#mayJoin({ roomId, peerId: userId })) throw refused(refusals.tooManyJoins(), 'tooManyJoins');
    // What was asked over the connection before comes to its end first: it may be of what the client does not know of.
    if (data.holds !== undefined) await this.#directory.find(roomId, userId)?.requests.run(async () => {});
    const present = this.#directory.find(roomId, userId);
    const permissions = permissionsOf(this.connection.grant);
    const isItsOwn = present !== undefined && (isRtcPilot || this.#directory.isToken(present, data.resumeToken));
    // The grant of the earlier connection does not count for this one.
    if (isItsOwn && !this.connection.closed) {
      present.peer.setPermissions(permissions);
      holdToTerm(present.peer, this.connection.grant, this.#clock);
    }
    const isComingBack = isItsOwn && present.peer.state === 'joined';
    const held = isRtcPilot ? undefined : data.holds;
    if (isComingBack ? this.connection.closed : held !== undefined) throw refused(refusals.nothingToResume());
    if (data.audience === true && !isComingBack && !permissions.hide) throw refusalOf('hide', 'notPermitted');
    // One without a connection leaves its place to whoever comes.
    if (present?.isConnected === false && !isComingBack) present.peer.close({ reason: 'replaced' });
    const user = isComingBack ? present : await this.#enter(data, permissions);
    this.#user = user;
    user.outbox.extensions = isRtcPilot ? new Set() : new Set(data.extensions ?? []);
    user.attach(this, held && { producers: new Set(held.producers), consumers: new Set(held.consumers) });
    user.outbox.hold();
    this.#deadline.cancel();
    // The entry writes the answer in the turn that begins with our return.
    setImmediate(() => {
      user.outbox.release();
    });
    const welcome = this.#welcome(user);
    return writeResponse('join', held === undefined ? welcome : { ...welcome, resumed: toResumed(user.peer) });
  }

  async #enter(
    { roomId, userId, userName, audience, appData }: ClientData<'join'>,
    permissions: Permissions,
  ): Promise<PushPullUser> {
    const { maxPeersPerRoom } = this.#registry.limits;
    const peer = await this.#registry.enter(roomId, {
      id: userId,
      dialect: DIALECT,
      remoteAddress: this.connection.remoteAddress,
      // One for each whom it pulls.
      extraTransports: maxPeersPerRoom,
      permissions,
      defaultMaxTransports: MAX_PUSHES,
    });
    const logger = this.#logger.child({ roomId, userId });
    const user = new PushPullUser({
      roomId,
      peer,
      clock: this.#clock,
      logger,
      graceMs: this.#settings.reconnectGraceMs,
      isRtcPilot: this.#settings.isRtcPilot,
    });
    try {
      // It went away before the room was open.
      if (this.connection.closed) throw refused(refusals.joinFailed('closed'));
      peer.join({ displayName: userName, hidden: audience ?? false, appData, onDuplicate: 'refuse' });
    } catch (error) {
      peer.close({ reason: 'refused' });
      throw error;
    }
    this.#directory.add(user);
    holdToTerm(peer, this.connection.grant, this.#clock);
    return user;
  }

  #welcome(user: PushPullUser): Written<JoinResponse> {
    const {
      roomId,
      peer,
      outbox: { extensions },
    } = user;
    const room = this.#registry.get(roomId);
    const others = [...(room?.peers.values() ?? [])].filter((other) => other !== peer && !other.hidden);
    const users = others.map((other) => toUser(other, user.outbox));
    if (extensions.size === 0) return { users };
    const isWaitedFor = this.#settings.reconnectGraceMs > 0;
    const resumeToken = isWaitedFor && extensions.has('resumeToken') ? this.#directory.issueToken(user) : undefined;
    return {
      users,
      extensions: isWaitedFor ? EXTENSIONS : EXTENSIONS.filter((name) => name !== 'resumeToken'),
      ...(resumeToken === undefined ? {} : { resumeToken }),
    };
  }

  #checkIdentity({ roomId, peer }: PushPullUser, data: ClientData<ClientMethod>): void {
    if ((data.roomId ?? roomId) === roomId && data.userId === peer.id) return;
    throw refused(refusals.notJoinedAs(data.roomId ?? roomId, data.userId));
  }

  #startDeadline(timeoutMs: number): JoinDeadline {
    return new JoinDeadline({
      clock: this.#clock,
      timeoutMs,
      logger: this.#logger,
      onLate: (ending) => {
        this.#end.dismiss(ending);
      },
    });
  }
}

/** The WebSocket close code of a page that was closed, or went elsewhere. */
const PAGE_WENT_AWAY = closeCodes.goingAway;
/** Connections that a user may have beyond one for each whom it pulls, where no setting says otherwise. */
const MAX_PUSHES = 16;

/** Why a join was refused that may succeed later; undefined otherwise. */
function passingReasonOf(error: unknown): EndReason | undefined {
  if (error instanceof MediaError) return 'unavailable';
  return error instanceof ProtocolError && error.reason === 'tooManyJoins' ? error.reason : undefined;
}

function readOrRefuse<Method extends ClientMethod>(method: Method, data: unknown): ClientData<Method> {
  const read = readClientMessage(method, data);
  if (!read.ok) throw refused(refusals.invalid(method, read.issue));
  return read.value;
}

/** RTCPilot leaves what it does not know without an answer. */
function unanswered(method: string): SilentRefusal {
  return new SilentRefusal(`unknown method ${method}`);
}
