import { readResponse, writeClientMessage } from '@tureen/protocol/push-pull';
import type {
  ClientData,
  ClientMethod,
  ClientRequestMethod,
  Extension,
  JoinResponse,
  PullResponse,
  PullSpec,
  PushResponse,
  ResponseData,
} from '@tureen/protocol/push-pull';
import type { Written } from '@tureen/protocol/common';
import type { MemoryConnection } from './MemoryConnection.ts';

export interface JoinPushPullOptions {
  readonly userName?: string;
  readonly audience?: boolean;
  readonly appData?: Record<string, unknown>;
  /** Announced extensions. Default: none, as RTCPilot's own client. */
  readonly extensions?: readonly Extension[];
  readonly resumeToken?: string;
  /** IDs of pushers: its own, and those that it pulls. */
  readonly holds?: { readonly producers: string[]; readonly consumers: string[] };
}

type Rest<Method extends ClientMethod> = Omit<Written<ClientData<Method>>, 'roomId' | 'userId'>;

/** User of push-pull without media: the test passes its offers. */
export class PushPullClient {
  readonly connection: MemoryConnection;
  readonly roomId: string;
  readonly userId: string;

  constructor(connection: MemoryConnection, roomId: string, userId: string) {
    this.connection = connection;
    this.roomId = roomId;
    this.userId = userId;
  }

  /** Sends a request as this user, and reads the response. */
  async sendRequest<Method extends ClientRequestMethod>(
    method: Method,
    data: Rest<Method>,
  ): Promise<ResponseData<Method>> {
    const message = writeClientMessage(method, this.#signed(method, data));
    const answer = await this.connection.sendRequest(message.method, message.data);
    const read = readResponse(method, answer);
    if (!read.ok) throw new Error(`${read.issue.path}: ${read.issue.message}`);
    return read.value;
  }

  sendNotification<Method extends ClientMethod>(method: Method, data: Rest<Method>): void {
    this.connection.sendNotification(method, this.#signed(method, data));
  }

  join({
    extensions = [],
    userName = this.userId.toUpperCase(),
    ...options
  }: JoinPushPullOptions = {}): Promise<JoinResponse> {
    return this.sendRequest('join', { ...options, userName, extensions: [...extensions] });
  }

  push(sdp: string, options: Partial<Rest<'push'>> = {}): Promise<PushResponse> {
    return this.sendRequest('push', { sdp, ...options });
  }

  pull(targetUserId: string, sdp: string, specs: readonly PullSpec[]): Promise<PullResponse> {
    return this.sendRequest('pull', { targetUserId, sdp, specs: [...specs] });
  }

  #signed<Method extends ClientMethod>(_method: Method, data: Rest<Method>): Written<ClientData<Method>> {
    return { roomId: this.roomId, userId: this.userId, ...data } as unknown as Written<ClientData<Method>>;
  }
}
