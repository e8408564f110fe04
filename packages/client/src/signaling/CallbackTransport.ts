import { deferred, type Deferred } from '@tureen/kernel';
import type { ProtooFrame } from '@tureen/protocol/common';
import { checkOptions } from '../shared/checks/development.ts';
import { invalidArgument } from '../shared/invalidArgument.ts';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError, isConnectionLoss, toTureenError } from '../shared/errors.ts';
import { readServerReason } from '../shared/finalReasons.ts';
import type { ConnectOptions, SignalingTransport, TransportClosed, TransportConnection } from './SignalingTransport.ts';

/** Options of `new CallbackTransport()`. */
export interface CallbackTransportOptions {
  /**
   * Sends a request and resolves to the data of the response. A rejection is an error response. A number in `errorCode` or `code`
   * of the error becomes `serverCode`, and its message the reason. A rejection with TureenError `connectionLost` closes the
   * connection, as `receiveClosed()` does.
   */
  readonly request: (method: string, data: unknown) => unknown;
  /**
   * Sends a notification; a returned promise resolves when the notification is sent. If the function throws or rejects, the
   * connection counts as dropped. The call that sent the notification then rejects with `sendFailed`, or with `connectionLost` if
   * that is the error.
   */
  readonly notify: (method: string, data: unknown) => unknown;
  /**
   * Opens the app's connection at each attempt, and resolves when messages can flow. `params`: parameters of the dialect
   * (`roomId`, `peerId`, ...). `signal` aborts when the room cancels the attempt or closes the connection. Default: the
   * connection is open already.
   */
  readonly connect?: (params: Readonly<Record<string, string>>, signal: AbortSignal) => unknown;
  /** Closes the app's connection when the room leaves or reconnects. Default: does nothing. */
  readonly close?: () => unknown;
}

interface Attempt {
  readonly options: ConnectOptions;
  /** Rejects if the connection closes before it is open. */
  readonly opened: Deferred<void>;
  /** Requests from the server that have no response so far. */
  readonly received: Map<number, Deferred<unknown>>;
  isOpen: boolean;
}

/**
 * Signaling over any connection of the app, by functions only. The room sends through the options `request` and `notify`. Pass
 * messages of the server to `receiveNotification`, `receiveRequest` and `receiveClosed`. Create one transport for each room.
 *
 * @example
 * ```ts
 * const transport = new CallbackTransport({
 *   request: (method, data) => connection.request(method, data),
 *   notify: (method, data) => connection.notify(method, data),
 * });
 * connection.onMessage = (method, data) => transport.receiveNotification(method, data);
 * connection.onClose = () => transport.receiveClosed();
 * ```
 */
export class CallbackTransport implements SignalingTransport {
  readonly #options: CallbackTransportOptions;
  #attempt: Attempt | null = null;
  #lastId = 0;

  /** Throws `invalidArgument`; `argument` names the option. */
  constructor(options: CallbackTransportOptions) {
    checkOptions(options);
    for (const name of ['request', 'notify'] as const)
      if (typeof (Object(options) as CallbackTransportOptions)[name] !== 'function')
        throw invalidArgument(name, 'Pass a function.');
    this.#options = options;
  }

  /** Opens the connection. Called by the room. */
  async connect(options: ConnectOptions): Promise<TransportConnection> {
    const { params, signal } = options;
    if (signal.aborted) throw attemptGivenUp();
    if (this.#attempt !== null) {
      throw new TureenError('invalidState', 'this CallbackTransport is connected already', {
        hint: 'Create a CallbackTransport for each room.',
      });
    }
    const attempt: Attempt = { options, opened: deferred(), received: new Map(), isOpen: false };
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
      // The connection may have closed a microtask ago.
      if (this.#attempt !== attempt) throw new TureenError('connectionFailed', 'the connection closed as it opened');
    } catch (error) {
      signal.removeEventListener('abort', leave);
      if (this.#attempt === attempt) this.#end();
      throw toTureenError(error, 'connectionFailed', 'the connection could not be opened');
    }
    attempt.isOpen = true;
    return {
      send: (frame) => {
        if (this.#attempt !== attempt) throw new TureenError('connectionLost', 'the connection is closed');
        return this.#send(attempt, frame);
      },
      close: () => {
        signal.removeEventListener('abort', leave);
        leave();
      },
    };
  }

  /** Passes a notification of the server to the room. Drops the notification while no connection is open or opening. */
  receiveNotification(method: string, data?: unknown): void {
    if (typeof method !== 'string') this.#attempt?.options.onMalformed('a notification without a method');
    else this.#attempt?.options.onFrame({ kind: 'notification', method, data: data ?? {} });
  }

  /**
   * Passes a request of the server to the room and resolves to the data of the room's response, which the app sends to the
   * server. Rejects with `requestRefused` (`serverCode` has the code of the room's error response), `connectionLost` or
   * `invalidArgument`.
   */
  receiveRequest(method: string, data?: unknown): Promise<unknown> {
    const response = deferred<unknown>();
    // An app that ignores the response gets no unhandled rejection.
    response.promise.catch(() => {});
    if (typeof method !== 'string') response.reject(invalidArgument('method', 'Pass the name of the method.'));
    else if (this.#attempt === null) response.reject(connectionLost(method));
    else {
      const id = ++this.#lastId;
      this.#attempt.received.set(id, response);
      this.#attempt.options.onFrame({ kind: 'request', id, method, data: data ?? {} });
    }
    return response.promise;
  }

  /**
   * Reports that the app's connection closed. Default `{ by: 'network' }`: the room reconnects. `{ by: 'server' }` stands
   * for close code 4000, which ends the session. `reason`: text of the server, an `EndReason` and after `: ` a text for people.
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
          { closeCode, ...readServerReason(reason) },
        ),
      );
  }

  #send(attempt: Attempt, frame: ProtooFrame): unknown {
    const lose = (error: unknown) => {
      if (this.#attempt === attempt) this.receiveClosed({ reason: messageOf(error) });
    };
    switch (frame.kind) {
      case 'request': {
        const { id, method } = frame;
        const respond = (response: ProtooFrame) => {
          if (this.#attempt === attempt) attempt.options.onFrame(response);
        };
        promised(() => this.#options.request(method, frame.data ?? {})).then(
          (data) => {
            respond({ kind: 'response', id, ok: true, data: data ?? {} });
          },
          (error: unknown) => {
            if (isConnectionLoss(error)) lose(error);
            else {
              respond({ kind: 'response', id, ok: false, errorCode: codeOf(error), errorReason: messageOf(error) });
            }
          },
        );
        break;
      }
      case 'notification': {
        const sent = promised(() => this.#options.notify(frame.method, frame.data ?? {}));
        sent.catch(lose);
        // The call that sent the notification rejects too, so the room does not repeat the notification after a reconnect.
        return sent;
      }
      case 'response': {
        const request = attempt.received.get(frame.id);
        attempt.received.delete(frame.id);
        if (frame.ok) request?.resolve(frame.data);
        else request?.reject(new TureenError('requestRefused', frame.errorReason, { serverCode: frame.errorCode }));
      }
    }
  }

  #end(): void {
    const pending = this.#attempt?.received.values() ?? [];
    this.#attempt = null;
    for (const request of pending) request.reject(connectionLost('the request'));
  }
}

const connectionLost = (method: string) => new TureenError('connectionLost', `${method}: the room is not connected`);

/** Calls `call` at once, so that messages keep their order. The promise rejects with the error that `call` throws. */
const promised = async (call: () => unknown): Promise<unknown> => call();

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function codeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 500;
  const { errorCode, code } = error as { errorCode?: unknown; code?: unknown };
  return typeof errorCode === 'number' ? errorCode : typeof code === 'number' ? code : 500;
}
