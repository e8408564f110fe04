import { formatIssue, type Written } from '@tureen/protocol/common';
import {
  isPusherNotFoundError,
  readRefusal,
  readResponse,
  writeClientMessage,
  type ClientData,
  type ClientRequestMethod,
  type Extension,
  type ResponseData,
} from '@tureen/protocol/push-pull';
import type { DialectContext } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import type { RequestOptions } from '../../signaling/SignalingChannelTypes.ts';

/** Sends requests with room and user. Keeps the extensions that the server announced. */
export class Requests {
  readonly #context: DialectContext;
  user: { readonly roomId: string; readonly userId: string };
  /** Extensions in the last response to join. */
  extensions: ReadonlySet<Extension> = new Set();

  constructor(context: DialectContext) {
    const { roomId, peerId: userId } = context.identity;
    this.#context = context;
    this.user = { roomId, userId };
  }

  /** Rejects with `requestRefused`, `badResponse`, or an error of the channel. */
  async request<Method extends ClientRequestMethod>(
    method: Method,
    data: Omit<Written<ClientData<Method>>, 'roomId' | 'userId'>,
    options?: RequestOptions,
  ): Promise<ResponseData<Method>> {
    // Every request names user and room; TypeScript cannot see that these are the omitted fields.
    const whole = { ...this.user, ...data } as unknown as Written<ClientData<Method>>;
    const response = await this.#context.channel.request(method, writeClientMessage(method, whole).data, options);
    const refusal = readRefusal(response);
    if (refusal !== null) {
      const { errorCode: serverCode, errorReason } = refusal;
      throw new TureenError('requestRefused', errorReason || `the server refused '${method}'`, { method, serverCode });
    }
    const read = readResponse(method, response);
    if (read.ok) return read.value;
    throw new TureenError('badResponse', `the response to '${method}' is malformed: ${formatIssue(read.issue)}`, {
      method,
      hint: 'Check that the server speaks push-pull.',
    });
  }

  /** Sends a request that not all servers know. */
  async requestIfSupported(
    extension: Extension,
    method: Exclude<ClientRequestMethod, 'join' | 'push' | 'pull' | 'heartbeat' | 'leave'>,
    pusherId: string,
  ): Promise<void> {
    if (this.extensions.has(extension)) await this.request(method, { pusherIds: [pusherId] });
  }

  /** Ends a push or a pull. The server may have seen the connection end before it reads this request. */
  async end(method: 'unpush' | 'closeConsumer', pusherId: string): Promise<void> {
    try {
      await this.requestIfSupported(method, method, pusherId);
    } catch (error) {
      if (!TureenError.is(error) || !isPusherNotFoundError(error.message)) throw error;
    }
  }
}
