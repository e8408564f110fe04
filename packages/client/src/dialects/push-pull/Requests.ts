import { formatIssue, type Written } from '@tureen/protocol/common';
import {
  isDuplicatedPeerError,
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
import { TureenError, asRetryable } from '../../shared/errors.ts';
import type { RequestOptions } from '../../signaling/SignalingChannel.ts';

/** Requests to the server, each with room and user, and what the server has announced. */
export class Requests {
  readonly #context: DialectContext;
  who: { readonly roomId: string; readonly userId: string };
  /** From the last response to join. */
  extensions: ReadonlySet<Extension> = new Set();

  constructor(context: DialectContext) {
    const { roomId, peerId: userId } = context.identity;
    this.#context = context;
    this.who = { roomId, userId };
  }

  /** Rejects with `requestRefused`, `badResponse`, or what the channel rejects with. */
  async ask<Method extends ClientRequestMethod>(
    method: Method,
    data: Omit<Written<ClientData<Method>>, 'roomId' | 'userId'>,
    options?: RequestOptions,
  ): Promise<ResponseData<Method>> {
    // Every request says who and where; TypeScript cannot see that this is what was left out.
    const whole = { ...this.who, ...data } as unknown as Written<ClientData<Method>>;
    const answer = await this.#context.channel.request(method, writeClientMessage(method, whole).data, options);
    const refusal = readRefusal(answer);
    if (refusal !== null) {
      const { errorCode: serverCode, errorReason } = refusal;
      throw new TureenError('requestRefused', errorReason || `the server refused '${method}'`, { method, serverCode });
    }
    const read = readResponse(method, answer);
    if (read.ok) return read.value;
    throw new TureenError('badResponse', `the response to '${method}' is malformed: ${formatIssue(read.issue)}`, {
      method,
      hint: 'does the server speak push-pull?',
    });
  }

  /** Asks where the server has announced the request. */
  async askIf(
    extension: Extension,
    method: Exclude<ClientRequestMethod, 'join' | 'push' | 'pull' | 'heartbeat' | 'leave'>,
    pusherId: string,
  ): Promise<void> {
    if (this.extensions.has(extension)) await this.ask(method, { pusherIds: [pusherId] });
  }

  /** Ends a push or a pull. The server may have seen its connection end before it reads this. */
  async end(method: 'unpush' | 'closeConsumer', pusherId: string): Promise<void> {
    try {
      await this.askIf(method, method, pusherId);
    } catch (error) {
      if (!TureenError.is(error) || !isPusherNotFoundError(error.message)) throw error;
    }
  }
}

/** The id is taken: perhaps by this client, from before the connection dropped. The server will notice, and admit it. */
export function placeTaken(error: unknown): never {
  if (TureenError.is(error) && isDuplicatedPeerError(error.message)) throw asRetryable(error);
  throw error;
}
