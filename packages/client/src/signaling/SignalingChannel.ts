import type { ProtooFrame } from '@tureen/protocol/common';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError, type TureenErrorOptions, isConnectionLoss, toTureenError } from '../shared/errors.ts';
import { readServerReason } from '../shared/finalReasons.ts';
import { toJson } from '../shared/json.ts';
import { markInFlight } from '../shared/connectionLoss.ts';
import { messageName } from './frameCodec.ts';
import { PendingRequests } from './PendingRequests.ts';
import type { InboundReceiver, RequestOptions, Responder, SignalingChannelOptions } from './SignalingChannelTypes.ts';
import type { ResponseFrame, TransportClosed, TransportConnection } from './SignalingTransport.ts';

/**
 * A connection over a `SignalingTransport`. Adds request IDs, timeouts, traces, and the rejection of pending requests when the
 * connection drops. Each channel is one attempt: a closed channel never opens again.
 */
export class SignalingChannel {
  readonly #options: SignalingChannelOptions;
  readonly #pending: PendingRequests;
  readonly #abort = new AbortController();
  #connection: TransportConnection | null = null;
  #state: 'new' | 'connecting' | 'open' | 'closed' = 'new';
  #refusal: TureenError | undefined;
  #receiver: InboundReceiver | null = null;
  /** Messages held for the receiver, or waiting for the message that is being handled. */
  #inbound: ((receiver: InboundReceiver) => void)[] = [];
  #isDelivering = false;

  constructor(options: SignalingChannelOptions) {
    this.#options = options;
    this.#pending = new PendingRequests(options.clock);
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Error for a final close by the server, or for a connection that closed before the channel was open. */
  get refusal(): TureenError | undefined {
    return this.#refusal;
  }

  /** Number of pending requests. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Opens the connection. Rejects with TureenError `connectionFailed`, `closedByServer` or `aborted`. */
  async connect(params: Readonly<Record<string, string>>): Promise<void> {
    if (this.#state !== 'new')
      throw new TureenError('invalidState', 'the channel was connected before', {
        hint: 'Create a channel for each attempt.',
      });
    this.#state = 'connecting';
    const { transport, clock, requestTimeoutMs } = this.#options;
    let cancel = () => {};
    // For a transport that ignores the signal, or never settles.
    const givenUp = new Promise<never>((_resolve, reject) => {
      this.#abort.signal.addEventListener('abort', () => {
        reject(attemptGivenUp());
      });
      cancel = clock.after(requestTimeoutMs, () => {
        reject(new TureenError('connectionFailed', `no connection within ${requestTimeoutMs} ms`));
      });
    });
    let connection: TransportConnection;
    try {
      const opening = transport.connect({
        params,
        signal: this.#abort.signal,
        onFrame: (frame) => {
          this.#handleFrame(frame);
        },
        onMalformed: (description, requestId) => {
          this.#options.handlers.onActivity?.();
          this.#options.logger.warn('dropping a malformed message', description);
          if (requestId !== undefined) this.#pending.rejectMalformed(requestId, description);
        },
        onClosed: (closed) => {
          this.#handleClosed(closed);
        },
      });
      // Either end may have closed while the connection opened.
      opening.then(
        (late) => {
          if (this.#state === 'closed') late.close();
        },
        () => {},
      );
      connection = await Promise.race([opening, givenUp]);
    } catch (error) {
      this.#state = 'closed';
      this.#abort.abort();
      throw toTureenError(error, 'connectionFailed');
    } finally {
      cancel();
    }
    if ((this.#state as string) === 'closed')
      throw this.#refusal ?? new TureenError('connectionLost', 'the connection closed as it opened');
    this.#connection = connection;
    this.#state = 'open';
  }

  /**
   * Sends a request and resolves to the data of the response, unchecked. Rejects with `requestRefused`, `requestTimeout`,
   * `badResponse`, `connectionLost` or `aborted`, with `invalidArgument` if `data` cannot be JSON, and with `sendFailed` if the
   * transport cannot send the request.
   */
  request(method: string, data: unknown, options: RequestOptions = {}): Promise<unknown> {
    const name = messageName(method, data);
    if (this.#state !== 'open') return Promise.reject(notSent(name));
    if (options.signal?.aborted === true) {
      return Promise.reject(
        new TureenError('aborted', `'${name}' was aborted`, { method: name, cause: options.signal.reason }),
      );
    }
    const { id, response } = this.#pending.add(name, {
      timeoutMs: options.timeoutMs ?? this.#options.requestTimeoutMs,
      signal: options.signal,
      // A caller with its own timeout, such as a probe, handles the timeout.
      onTimeout: options.timeoutMs === undefined ? this.#options.handlers.onRequestTimeout : undefined,
    });
    this.#trace('out', 'request', method, data);
    this.#send({ kind: 'request', id, method, data }, name, data).catch((error: TureenError) => {
      this.#pending.reject(id, error);
    });
    return response;
  }

  /** Sends a notification. Rejects with `connectionLost` if the channel is not open, else as `request` does. */
  async notify(method: string, data: unknown): Promise<void> {
    this.#trace('out', 'notification', method, data);
    await this.#send({ kind: 'notification', method, data }, messageName(method, data), data);
  }

  /**
   * Delivers requests and notifications to `receiver`: first the held ones, then each as it arrives. Handles one at a time, in
   * the order of arrival.
   */
  deliverTo(receiver: InboundReceiver): void {
    this.#receiver = receiver;
    this.#deliver();
  }

  /** Closes the connection. Idempotent; `onClosed` does not run. Pending requests reject with `error`. Default: `closed`. */
  close(error?: TureenError): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#abort.abort();
    this.#connection?.close();
    this.#connection = null;
    this.#pending.rejectAll((method) => {
      if (error?.code === 'connectionLost') return droppedUnder(error.message, { method });
      return error ?? new TureenError('closed', `the room closed while '${method}' was pending`, { method });
    });
  }

  #handleClosed(closed: TransportClosed): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#connection = null;
    const { reason: given, ...rest } = closed;
    const { by, code: closeCode } = rest;
    // A transport of an app may pass any value, e.g. a Buffer of the `ws` package.
    const text = String(given ?? '');
    const cause: TransportClosed = text === '' ? rest : { ...rest, reason: text };
    const { handlers } = this.#options;
    const canRejoin = wasOpen && by === 'server' && handlers.canRejoin?.(cause) === true;
    const isFinal = by === 'server' && !canRejoin;
    const errorOf = (what: string, method?: string) => {
      const message = `the connection closed ${what}${text && `: ${text}`}`;
      const details = { method, closeCode, ...readServerReason(text), cause };
      return isFinal ? new TureenError('closedByServer', message, details) : droppedUnder(message, details);
    };
    this.#pending.rejectAll((method) => errorOf(`while '${method}' waited`, method));
    if (!wasOpen || isFinal) this.#refusal = errorOf(wasOpen ? 'by the server' : 'as it opened');
    if (wasOpen) handlers.onClosed(cause, canRejoin);
  }

  #handleFrame(frame: ProtooFrame): void {
    if (this.#state === 'closed') return;
    const { handlers, logger } = this.#options;
    handlers.onActivity?.();
    switch (frame.kind) {
      case 'response': {
        const settled = this.#pending.settle(frame);
        if (settled === null) logger.debug('dropping a response to no pending request', { id: frame.id });
        else this.#traceResponse('in', frame, settled.method, settled.ms);
        return;
      }
      case 'request':
        this.#trace('in', frame.kind, frame.method, frame.data);
        this.#handleRequest(frame);
        return;
      case 'notification':
        this.#trace('in', frame.kind, frame.method, frame.data);
        if (this.#receiver === null && handlers.handleAtOnce?.(frame.method, frame.data) === true) return;
        this.#inbound.push((receiver) => {
          receiver.handleNotification(frame.method, frame.data);
        });
        this.#deliver();
    }
  }

  #handleRequest(frame: ProtooFrame & { kind: 'request' }): void {
    const responder = this.#respondTo(frame);
    if (this.#options.handlers.respondAtOnce?.(frame.method, responder) === true) return;
    this.#inbound.push((receiver) => {
      receiver.handleRequest(frame.method, frame.data, responder);
    });
    this.#deliver();
  }

  /** A transport may deliver the next message while the receiver handles one. */
  #deliver(): void {
    if (this.#receiver === null || this.#isDelivering) return;
    this.#isDelivering = true;
    for (const deliver of this.#inbound) {
      // The receiver may have closed the channel while it handled the message before.
      if (this.#state === 'closed') break;
      try {
        deliver(this.#receiver);
      } catch (error) {
        this.#options.logger.error('failed to handle a message of the server', error);
      }
    }
    this.#inbound = [];
    this.#isDelivering = false;
  }

  /** Sends the frame at once. A transport that throws `connectionLost` need not call `onClosed`. */
  async #send(frame: ProtooFrame, name: string, data: unknown): Promise<void> {
    const connection = this.#connection;
    if (connection === null) throw notSent(name);
    try {
      await connection.send(frame);
    } catch (error) {
      if (isConnectionLoss(error)) {
        // The request was never in flight.
        if (frame.kind === 'request') this.#pending.reject(frame.id, notSent(name, error));
        connection.close();
        this.#handleClosed({ by: 'network', reason: (error as TureenError).message });
        throw notSent(name, error);
      }
      if (data !== undefined) toJson(data, `'${name}'`);
      if (TureenError.is(error)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new TureenError('sendFailed', `'${name}' could not be sent: ${why}`, { method: name, cause: error });
    }
  }

  #respondTo({ id, method, data }: ProtooFrame & { kind: 'request' }): Responder {
    let hasResponded = false;
    const { clock, logger } = this.#options;
    const receivedAt = clock.now();
    const send = (response: ResponseFrame) => {
      if (hasResponded || this.#state !== 'open') return;
      hasResponded = true;
      const name = messageName(method, data);
      this.#traceResponse('out', response, name, clock.now() - receivedAt);
      this.#send(response, name, data).catch((error: unknown) => {
        logger.debug(`failed to send the response to '${name}'`, error);
      });
    };
    return {
      accept: (data) => {
        send({ kind: 'response', id, ok: true, data: data ?? {} });
      },
      reject: (errorCode, errorReason) => {
        send({ kind: 'response', id, ok: false, errorCode, errorReason });
      },
    };
  }

  #trace(direction: 'in' | 'out', kind: 'request' | 'notification', method: string, payload: unknown): void {
    const { trace } = this.#options;
    if (trace.active) trace.record({ direction, kind, method: messageName(method, payload), payload });
  }

  #traceResponse(direction: 'in' | 'out', response: ResponseFrame, method: string, ms: number): void {
    const { kind, ok } = response;
    const payload = ok ? response.data : { errorCode: response.errorCode, errorReason: response.errorReason };
    this.#options.trace.record({ direction, kind, method, payload, ok, ms });
  }
}

function notSent(method: string, cause?: unknown): TureenError {
  return new TureenError('connectionLost', `'${method}' could not be sent`, { method, cause });
}

function droppedUnder(message: string, details: TureenErrorOptions): TureenError {
  return markInFlight(new TureenError('connectionLost', message, details));
}
