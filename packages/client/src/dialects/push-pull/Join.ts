import type { Written } from '@tureen/protocol/common';
import { EXTENSIONS, isDuplicatedPeerError, type ClientData, type JoinResponse } from '@tureen/protocol/push-pull';
import type {
  DialectContext,
  DialectJoinRequest,
  DialectJoinResult,
  DialectResumeResult,
  ResumableIds,
} from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import { retryIfDuplicated } from '../retryIfDuplicated.ts';
import { toAppData } from '../toAppData.ts';
import { toCapabilities } from './capabilities.ts';
import type { PushPullOptions } from './options.ts';
import type { Pulls } from './Pulls.ts';
import type { Pushes } from './Pushes.ts';
import type { RemoteUsers } from './RemoteUsers.ts';
import type { Requests } from './Requests.ts';
import { toResumed } from './toRoom.ts';
import type { UserIdentity } from './UserIdentity.ts';

export interface JoinOptions {
  readonly memory: DialectContext['memory'];
  readonly options: PushPullOptions;
  readonly user: UserIdentity;
  readonly requests: Requests;
  readonly users: RemoteUsers;
  readonly pushes: Pushes;
  readonly pulls: Pulls;
  /** Throws once the session is closed. */
  readonly assertOpen: () => void;
  /** The server admitted the user. */
  readonly onJoined: (userName: string) => void;
}

/** Joins and resumes a session. */
export class Join {
  readonly #options: JoinOptions;

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { memory, user, requests, pushes } = this.#options;
    const { resumeToken } = memory;
    requests.user = { ...requests.user, userId: user.next() };
    const joined = await this.#requestJoin(request, { resumeToken });
    // The server may have resumed the user: pushes over former connections are dead, and the room pushes again.
    pushes.discard(user.pushers);
    return this.#enter(request, joined);
  }

  /** Resumes the session; media connections continue. A connection that failed meanwhile recovers as any other. */
  async resume(request: DialectJoinRequest, resumable: ResumableIds): Promise<DialectResumeResult | null> {
    const { memory, pulls } = this.#options;
    const { resumeToken } = memory;
    const { pushers, rejoins } = this.#options.user;
    if (resumeToken === undefined || rejoins) return null;
    const holds = {
      producers: resumable.producers.filter((id) => pushers.has(id)),
      consumers: resumable.consumers.filter((id) => pulls.isPulled(id)),
    };
    try {
      const joined = await this.#requestJoin(request, { resumeToken, holds });
      const resumed = toResumed(joined, resumable.consumers);
      pulls.retainOnly(new Set(joined.resumed?.consumers.map(({ id }) => id)));
      for (const id of pushers) if (!resumed.producers.has(id)) pushers.delete(id);
      const isKnown = (id: string) => resumed.consumers.has(id) || pulls.isClosed(id);
      return { ...this.#enter(request, joined, isKnown), ...resumed };
    } catch (error) {
      if (!TureenError.is(error) || error.code !== 'requestRefused' || error.retryable) throw error;
      memory.resumeToken = undefined;
      pushers.clear();
      return null;
    }
  }

  async #requestJoin(
    { displayName, appData }: DialectJoinRequest,
    resuming: Pick<Written<ClientData<'join'>>, 'resumeToken' | 'holds'>,
  ): Promise<JoinResponse> {
    const { memory, requests, assertOpen } = this.#options;
    const { profile, roomToken, audience } = this.#options.options;
    const joined = await requests
      .request('join', {
        userName: displayName,
        roomToken,
        audience: audience === true ? true : undefined,
        ...(profile === 'rtcpilot' ? {} : { extensions: EXTENSIONS, ...resuming, appData: toAppData(appData) }),
      })
      .catch(retryIfDuplicated(isDuplicatedPeerError));
    assertOpen();
    memory.resumeToken = joined.resumeToken;
    requests.extensions = new Set(joined.extensions);
    return joined;
  }

  #enter(
    { displayName, consume }: DialectJoinRequest,
    { users }: JoinResponse,
    isKnown?: (pusherId: string) => boolean,
  ): DialectJoinResult {
    const { requests, onJoined } = this.#options;
    onJoined(displayName);
    const present = consume ? users : users.map((user) => ({ ...user, pushers: [] }));
    return { ...this.#options.users.enter(present, isKnown), capabilities: toCapabilities(requests.extensions) };
  }
}
