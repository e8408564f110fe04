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
import { MediaError } from '../../engine/port/MediaError.ts';
import type { PeerClosing } from '../../rooms/PeerEvents.ts';
import { RECONNECT_PACE_MS } from '../../shared/pacing.ts';
import type { SessionOptions } from '../adapting.ts';
import { ProtocolError, refused, SilentRefusal } from '../Connection.ts';
import type { Connection, RequestResult } from '../Connection.ts';
import { createPeerSession } from '../createPeerSession.ts';
import type { PeerSession } from '../PeerSession.ts';
import { enterAsUser } from './enterAsUser.ts';
import type { MayJoin } from './enterAsUser.ts';
import { timeouts } from './options.ts';
import type { PushPullSettings } from './options.ts';
import type { PushPullUser, UserLink } from './PushPullUser.ts';
import { asRtcPilot, toRefusal } from './refusal.ts';
import { requestHandlers } from './requests.ts';
import type { UserRequestMethod } from './requests.ts';
import { toResumed, toUser } from './toWire.ts';
import type { UserDirectory } from './UserDirectory.ts';

/** WebSocket close code of a page that was closed. */
const PAGE_WENT_AWAY = closeCodes.goingAway;

/** Parts of a {@link PushPullSession}. */
export interface PushPullSessionOptions extends SessionOptions<PushPullSettings> {
  readonly directory: UserDirectory;
  readonly mayJoin: MayJoin;
}

/** Connection of the dialect: its user, its requests, and its end. */
export class PushPullSession implements UserLink {
  readonly connection: Connection;
  readonly #options: PushPullSessionOptions;
  readonly #session: PeerSession;
  #user: PushPullUser | undefined;

  constructor(options: PushPullSessionOptions) {
    this.connection = options.connection;
    this.#options = options;
    this.#session = createPeerSession({
      ...options,
      joinTimeoutMs: options.settings.joinTimeoutMs,
      handlers: {
        onRequest: (method, data) => this.#handleRequest(method, data),
        onNotification: (method, data) => this.#handleNotification(method, data),
        onClosed: (code) => this.#user?.handleConnectionLost(this, code === PAGE_WENT_AWAY),
      },
    });
  }

  onReplaced(): void {
    this.#user = undefined;
    this.#session.end({ reason: 'replaced' });
  }

  onUserClosed(closing: PeerClosing): void {
    this.#user = undefined;
    if (closing.reason === 'refused') return;
    // The next heartbeat is refused, and the client joins again.
    if (closing.reason === 'forgotten') this.#session.restartJoinDeadline(timeouts.forgetUserMs);
    else this.#session.handlePeerClosed(closing);
  }

  async #handleRequest(method: string, data: unknown): Promise<RequestResult> {
    const { isRtcPilot } = this.#options.settings;
    const name = canonicalMethod(method);
    if (!isClientMethod(name) || !this.#isSupported(name, 'request'))
      throw isRtcPilot ? unanswered(method) : refused(refusals.unknownMethod(method));
    const result = await this.#readAndHandle(name, data).catch((error: unknown): RequestResult => ({ error }));
    const { error } = result;
    return error !== undefined && isRtcPilot ? { ...result, error: asRtcPilot(error, name) } : result;
  }

  async #readAndHandle(method: ClientMethod, data: unknown): Promise<RequestResult> {
    return this.#handle(method, readOrRefuse(method, data));
  }

  #handleNotification(method: string, data: unknown): Promise<RequestResult> {
    const name = canonicalMethod(method);
    if (!isClientMethod(name) || !this.#isSupported(name, 'notification'))
      throw this.#options.settings.isRtcPilot ? unanswered(method) : refused(refusals.unknownMethod(method));
    return this.#handle(name, readOrRefuse(name, data));
  }

  #isSupported(method: ClientMethod, kind: 'request' | 'notification'): boolean {
    const entry: MethodEntry = clientToServer[method];
    if (entry.additive === true && this.#options.settings.isRtcPilot) return false;
    return entry.kind === 'either' || entry.kind === kind;
  }

  /** Handles messages one after the other, in the order of arrival. */
  #handle<Method extends ClientMethod>(method: Method, data: ClientData<Method>): Promise<RequestResult> {
    const perform = async (): Promise<RequestResult> => {
      try {
        return await this.#perform(method, data);
      } catch (error) {
        if (method === 'join') this.#handleJoinRefused(error);
        return { error: toRefusal(error, method) };
      }
    };
    return this.#session.serve(() => this.#session.queue.run(perform));
  }

  /** Closes the connection after a refusal where a later attempt may succeed. The close code tells the client to retry. */
  #handleJoinRefused(error: unknown): void {
    const reason = passingReasonOf(error);
    if (reason === undefined) return;
    const { message: detail } = error as Error;
    this.#options.clock.after(RECONNECT_PACE_MS, () => {
      if (this.#user === undefined) this.#session.end({ reason, detail });
    });
  }

  async #perform(method: ClientMethod, data: ClientData<ClientMethod>): Promise<RequestResult> {
    if (method === 'join') return this.#join(data as ClientData<'join'>);
    const user = this.#user;
    if (user === undefined) throw refused(method === 'heartbeat' ? refusals.heartbeatFailed() : refusals.notJoined());
    this.#checkIdentity(user, data);
    user.touch();
    if (method === 'textMessage') {
      user.peer.sendText((data as ClientData<'textMessage'>).message);
      return { data: undefined };
    }
    return { data: await this.#request(user, method, data as ClientData<UserRequestMethod>) };
  }

  async #request<Method extends UserRequestMethod>(
    user: PushPullUser,
    method: Method,
    data: ClientData<Method>,
  ): Promise<unknown> {
    const { registry, settings } = this.#options;
    const response: Written<ResponseData<Method>> = await user.requests.run(async () =>
      requestHandlers[method]({ user, registry, settings }, data),
    );
    return writeResponse<UserRequestMethod>(method, response);
  }

  /** Joins, or resumes a user. Notifications follow the response. */
  async #join(data: ClientData<'join'>): Promise<RequestResult> {
    const { isRtcPilot } = this.#options.settings;
    if (this.#user !== undefined) {
      this.#checkIdentity(this.#user, data);
      if (!isRtcPilot) throw refused(refusals.alreadyJoined());
    }
    const ids = isRtcPilot ? undefined : data.holds;
    const user = await enterAsUser(this.#options, data);
    this.#user = user;
    user.notifier.extensions = isRtcPilot ? new Set() : new Set(data.extensions ?? []);
    const retained = ids && { producers: new Set(ids.producers), consumers: new Set(ids.consumers) };
    const afterSent = user.attach(this, retained);
    this.#session.stopJoinDeadline();
    const response = this.#toJoinResponse(user);
    const resumed = ids === undefined ? {} : { resumed: toResumed(user.peer) };
    return { data: writeResponse('join', { ...response, ...resumed }), afterSent };
  }

  #toJoinResponse(user: PushPullUser): Written<JoinResponse> {
    const { directory, settings } = this.#options;
    const { peer, notifier } = user;
    const { extensions } = notifier;
    const users = peer.room.othersOf(peer).map((other) => toUser(other, notifier));
    if (extensions.size === 0) return { users };
    const canResume = settings.reconnectGraceMs > 0;
    const resumeToken = canResume && extensions.has('resumeToken') ? directory.issueToken(user) : undefined;
    return {
      users,
      extensions: canResume ? EXTENSIONS : EXTENSIONS.filter((name) => name !== 'resumeToken'),
      ...(resumeToken === undefined ? {} : { resumeToken }),
    };
  }

  #checkIdentity({ roomId, peer }: PushPullUser, data: ClientData<ClientMethod>): void {
    if ((data.roomId ?? roomId) === roomId && data.userId === peer.id) return;
    throw refused(refusals.notJoinedAs(data.roomId ?? roomId, data.userId));
  }
}

/** Returns why a join was refused that may succeed later. Undefined for other errors. */
function passingReasonOf(error: unknown): EndReason | undefined {
  if (error instanceof MediaError) return 'unavailable';
  return error instanceof ProtocolError && error.reason === 'tooManyJoins' ? error.reason : undefined;
}

function readOrRefuse<Method extends ClientMethod>(method: Method, data: unknown): ClientData<Method> {
  const read = readClientMessage(method, data);
  if (!read.ok) throw refused(refusals.invalid(method, read.issue));
  return read.value;
}

/** RTCPilot sends no response to an unknown method. */
function unanswered(method: string): SilentRefusal {
  return new SilentRefusal(`unknown method ${method}`);
}
