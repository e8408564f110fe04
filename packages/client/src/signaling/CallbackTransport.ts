import { readCloseReason } from '@tureen/protocol/common';
import { deferred, type Deferred } from '../shared/deferred.ts';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError, isConnectionLoss, toTureenError } from '../shared/errors.ts';
import type {
  ConnectOptions,
  Packet,
  SignalingTransport,
  TransportClosed,
  TransportConnection,
} from './SignalingTransport.ts';

export interface CallbackTransportOptions {
  /**
   * Sends a request and resolves to the data of its answer. A rejection is the server's refusal: a number in the error's
   * `errorCode` or `code` becomes `serverCode`, its message the reason. One with TureenError `connectionLost` is a loss of the
   * connection, as `receiveClosed()` is.
   */
  readonly request: (method: string, data: unknown) => unknown;
  /**
   * Sends a notification; a returned promise resolves once it is sent. If it throws or rejects, the connection counts as lost, and
   * the call that sent the notification rejects with `sendFailed` (with `connectionLost` if the error is that).
   */
  readonly notify: (method: string, data: unknown) => unknown;
  /**
   * Opens the app's own connection, at each attempt; resolves when messages can flow. `params` are what the dialect wants the
   * server to know of the connection (`roomId`, `peerId`, ...). `signal` fires when the attempt is given up, and when the
   * connection is closed. Default: it is there already.
   */
  readonly connect?: (params: Readonly<Record<string, string>>, signal: AbortSignal) => unknown;
  /** The room has done with the connection: it was left, or begins anew. Default: nothing. */
  readonly close?: () => unknown;
}

interface Attempt {
  readonly options: ConnectOptions;
  /** Rejects when the other end closes while it is being opened. */
  readonly opened: Deferred<void>;
  /** The requests of the server that the room has not answered yet. */
  readonly asked: Map<number, Deferred<unknown>>;
  isOpen: boolean;
}

/**
 * Signalling that the app carries itself, over whatever it has: nothing but functions. What the room sends comes out of the
 * options' `request` and `notify`; what the server sends the app puts in by `receiveNotification`, `receiveRequest` and
 * `receiveClosed`. One transport serves one room.
 */
export class CallbackTransport implements SignalingTransport {
  readonly #options: CallbackTransportOptions;
  #attempt: Attempt | null = null;
  #lastId = 0;

  constructor(options: CallbackTransportOptions) {
    this.#options = options;
  }

  async connect(options: ConnectOptions): Promise<TransportConnection> {
    const { params, signal } = options;
    if (signal.aborted) throw attemptGivenUp();
    if (this.#attempt !== null) {
      throw new TureenError('invalidState', 'this CallbackTransport is connected already', {
        hint: 'each room needs one of its own',
      });
    }
    const attempt: Attempt = { options, opened: deferred(), asked: new Map(), isOpen: false };
    this.#attempt = attempt;
    const leave = () => {
      if (this.#attempt !== attempt) return;
      this.#end();
      attempt.opened.reject(attemptGivenUp());
      void promised(() => this.#options.close?.()).catch(() => {});
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      void promised(() => this.#options.connect?.(params, signal)).then(() => {
        attempt.opened.resolve();
      }, attempt.opened.reject);
      await attempt.opened.promise;
      // It may have closed since, before anyone was told that it was open.
      if (this.#attempt !== attempt) throw new TureenError('connectionFailed', 'the connection closed as it opened');
    } catch (error) {
      signal.removeEventListener('abort', leave);
      if (this.#attempt === attempt) this.#end();
      throw toTureenError(error, 'connectionFailed', 'the connection could not be opened');
    }
    attempt.isOpen = true;
    return {
      send: (packet) => {
        if (this.#attempt !== attempt) throw new TureenError('connectionLost', 'the connection is closed');
        return this.#send(attempt, packet);
      },
      close: () => {
        signal.removeEventListener('abort', leave);
        leave();
      },
    };
  }

  /** A notification of the server's. Dropped while no connection is open or opening. */
  receiveNotification(method: string, data?: unknown): void {
    if (typeof method !== 'string') this.#attempt?.options.onMalformed('a notification without a method');
    else this.#attempt?.options.onPacket({ kind: 'notification', method, data: data ?? {} });
  }

  /**
   * A request of the server's; resolves to the data of the room's answer, for the app to send back. Rejects with TureenError
   * `requestRefused` (`serverCode` holds the number of the room's refusal), `connectionLost` or `invalidArgument`.
   */
  receiveRequest(method: string, data?: unknown): Promise<unknown> {
    const answer = deferred<unknown>();
    // Whoever does not wait for the answer shall not get an unhandled rejection for it.
    answer.promise.catch(() => {});
    if (typeof method !== 'string')
      answer.reject(new TureenError('invalidArgument', 'a request without a method', { hint: 'method: a text' }));
    else if (this.#attempt === null) answer.reject(lost(method));
    else {
      const id = ++this.#lastId;
      this.#attempt.asked.set(id, answer);
      this.#attempt.options.onPacket({ kind: 'request', id, method, data: data ?? {} });
    }
    return answer.promise;
  }

  /**
   * Reports that the app's connection closed. Default `{ by: 'network' }`: the room reconnects. With `{ by: 'server' }` the
   * session ends. `reason` is the server's text: a word of `EndReason`, and after `: ` a text for people.
   */
  receiveClosed(closed: Partial<TransportClosed> = {}): void {
    const attempt = this.#attempt;
    if (attempt === null) return;
    this.#end();
    const { by, code: closeCode } = closed;
    const reason = String(closed.reason ?? '');
    if (attempt.isOpen) attempt.options.onClosed({ by: 'network', ...closed });
    else
      attempt.opened.reject(
        new TureenError(
          by === 'server' ? 'closedByServer' : 'connectionFailed',
          `the connection closed as it opened${reason && `: ${reason}`}`,
          { closeCode, reason: readCloseReason(reason).word || undefined },
        ),
      );
  }

  #send(attempt: Attempt, packet: Packet): unknown {
    const lose = (error: unknown) => {
      if (this.#attempt === attempt) this.receiveClosed({ reason: messageOf(error) });
    };
    switch (packet.kind) {
      case 'request': {
        const { id, method } = packet;
        const answer = (response: Packet) => {
          if (this.#attempt === attempt) attempt.options.onPacket(response);
        };
        promised(() => this.#options.request(method, packet.data ?? {})).then(
          (data) => {
            answer({ kind: 'response', id, ok: true, data: data ?? {} });
          },
          (error: unknown) => {
            if (isConnectionLoss(error)) lose(error);
            else {
              answer({ kind: 'response', id, ok: false, errorCode: codeOf(error), errorReason: messageOf(error) });
            }
          },
        );
        break;
      }
      case 'notification': {
        const sent = promised(() => this.#options.notify(packet.method, packet.data ?? {}));
        sent.catch(lose);
        // The sender learns of the failure too, so that the next connection does not carry the same notification.
        return sent;
      }
      case 'response': {
        const asked = attempt.asked.get(packet.id);
        attempt.asked.delete(packet.id);
        if (packet.ok) asked?.resolve(packet.data);
        else asked?.reject(new TureenError('requestRefused', packet.errorReason, { serverCode: packet.errorCode }));
      }
    }
  }

  #end(): void {
    const asked = this.#attempt?.asked.values() ?? [];
    this.#attempt = null;
    for (const answer of asked) answer.reject(lost('the request'));
  }
}
const lost = (method: string) => new TureenError('connectionLost', `${method}: the room is not connected`);

/** Called at once, so that messages keep their order; what it throws rejects. */
const promised = async (call: () => unknown): Promise<unknown> => call();

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function codeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 500;
  const { errorCode, code } = error as { errorCode?: unknown; code?: unknown };
  return typeof errorCode === 'number' ? errorCode : typeof code === 'number' ? code : 500;
}
