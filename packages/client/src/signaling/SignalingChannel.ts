import { readCloseReason } from '@tureen/protocol/common';
import type { Clock } from '../shared/clock.ts';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError, type TureenErrorOptions, isConnectionLoss, toTureenError } from '../shared/errors.ts';
import { toJson } from '../shared/json.ts';
import { markInFlight } from '../shared/connectionLoss.ts';
import type { Logger } from '../shared/logger.ts';
import { nameOf } from './frames.ts';
import { PendingRequests } from './PendingRequests.ts';
import type { Packet, SignalingTransport, TransportClosed, TransportConnection } from './SignalingTransport.ts';
import type { Trace } from './Trace.ts';

/** How a request from the server is answered. The first answer counts. */
export interface Answer {
  accept(data?: unknown): void;
  reject(code: number, reason: string): void;
}

/** Handles the requests and notifications of the server. */
export interface InboundReceiver {
  handleRequest(method: string, data: unknown, answer: Answer): void;
  handleNotification(method: string, data: unknown): void;
}

export interface SignalingChannelHandlers {
  /** A request arrived, which may wait for its turn. True: the handler has answered, and the receiver does not get the request. */
  answerAtOnce?(method: string, answer: Answer): boolean;
  /** Something arrived, whatever it is. */
  onHeard?(): void;
  /** The server did not answer a request within `requestTimeoutMs`. */
  onUnanswered?: () => void;
  /** Whether a close by the server counts as a loss of the connection all the same. Asked before what waits is rejected. */
  isPardoned?(closed: TransportClosed): boolean;
  /** Once, when the connection is gone without our `close()`. All that waited has been rejected by then. */
  onClosed(closed: TransportClosed, isPardoned: boolean): void;
}

export interface SignalingChannelOptions {
  readonly transport: SignalingTransport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trace: Trace;
  /** ms until an unanswered request is given up, or a connection that does not open. */
  readonly requestTimeoutMs: number;
  readonly handlers: SignalingChannelHandlers;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** ms; default that of the channel. */
  readonly timeoutMs?: number | undefined;
}

/**
 * One connection over a {@link SignalingTransport}, with what every transport needs added once: request ids, timeouts,
 * traces, and the rejection of all that waits when it drops. One channel is one attempt; it never comes back.
 */
export class SignalingChannel {
  readonly #options: SignalingChannelOptions;
  readonly #book: PendingRequests;
  readonly #abort = new AbortController();
  #connection: TransportConnection | null = null;
  #state: 'new' | 'connecting' | 'open' | 'closed' = 'new';
  #refusal: TureenError | undefined;
  #receiver: InboundReceiver | null = null;
  /** Deliveries held for the receiver, or behind the one that is being handled. */
  #inbound: ((receiver: InboundReceiver) => void)[] = [];
  #isDelivering = false;

  constructor(options: SignalingChannelOptions) {
    this.#options = options;
    this.#book = new PendingRequests(options.clock);
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Why the server ended the connection with a final code, or why it closed before the channel was open. */
  get refusal(): TureenError | undefined {
    return this.#refusal;
  }

  /** How many requests wait for an answer. */
  get waiting(): number {
    return this.#book.size;
  }

  /** Rejects with TureenError `connectionFailed`, `closedByServer` or `aborted`. */
  async connect(params: Readonly<Record<string, string>>): Promise<void> {
    if (this.#state !== 'new') throw new TureenError('invalidState', 'a channel connects once');
    this.#state = 'connecting';
    const { transport, clock, requestTimeoutMs } = this.#options;
    let cancel = () => {};
    // A transport that does not hear that it was given up, or waits for ever, keeps nobody waiting.
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
        onPacket: (packet) => {
          this.#handlePacket(packet);
        },
        onMalformed: (what) => {
          this.#options.handlers.onHeard?.();
          this.#options.logger.warn('something that is no message was dropped', what);
        },
        onClosed: (closed) => {
          this.#handleClosed(closed);
        },
      });
      // Closed while it was opening, by us or by the other end: both happen.
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
   * Asks the server. Rejects with `requestRefused`, `requestTimeout`, `connectionLost` or `aborted`, with `invalidArgument` where
   * `data` is no JSON, and with `sendFailed` where the transport cannot send it. Resolves to the server's response, unread.
   */
  request(method: string, data: unknown, options: RequestOptions = {}): Promise<unknown> {
    const name = nameOf(method, data);
    if (this.#state !== 'open') return Promise.reject(notSent(name));
    if (options.signal?.aborted === true) {
      return Promise.reject(
        new TureenError('aborted', `'${name}' was aborted`, { method: name, cause: options.signal.reason }),
      );
    }
    const { id, answer } = this.#book.open(name, {
      timeoutMs: options.timeoutMs ?? this.#options.requestTimeoutMs,
      signal: options.signal,
      // Whoever sets a time of its own, as a probe does, draws its own conclusions.
      onUnanswered: options.timeoutMs === undefined ? this.#options.handlers.onUnanswered : undefined,
    });
    this.#trace('out', 'request', method, data);
    this.#send({ kind: 'request', id, method, data }, name, data).catch((error: TureenError) => {
      this.#book.reject(id, error);
    });
    return answer;
  }

  /** Tells the server. Rejects with `connectionLost` when there is no connection to say it on, else as `request` does. */
  async notify(method: string, data: unknown): Promise<void> {
    this.#trace('out', 'notification', method, data);
    await this.#send({ kind: 'notification', method, data }, nameOf(method, data), data);
  }

  /**
   * Delivers requests and notifications to `receiver`: first those held since the connection opened, then each as it arrives. One
   * is handled at a time, in the order of arrival.
   */
  deliverTo(receiver: InboundReceiver): void {
    this.#receiver = receiver;
    this.#deliver();
  }

  /** Ends it from our side. Idempotent; `onClosed` is not called. What waits is rejected with `error`, or `closed`. */
  close(error?: TureenError): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#abort.abort();
    this.#connection?.close();
    this.#connection = null;
    this.#book.rejectAll((method) => {
      if (error?.code === 'connectionLost') return droppedUnder(error.message, { method });
      return error ?? new TureenError('closed', `'${method}' was waiting when the room was left`, { method });
    });
  }

  #handleClosed(closed: TransportClosed): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#connection = null;
    const { reason: given, ...rest } = closed;
    const { by, code: closeCode } = rest;
    // A Buffer in the `ws` package, and whatever else an app passes on.
    const text = String(given ?? '');
    const cause: TransportClosed = text === '' ? rest : { ...rest, reason: text };
    const reason = readCloseReason(text).word || undefined;
    const { handlers } = this.#options;
    const isPardoned = wasOpen && by === 'server' && handlers.isPardoned?.(cause) === true;
    const isDismissal = by === 'server' && !isPardoned;
    const errorOf = (what: string, method?: string) => {
      const message = `the connection closed ${what}${text && `: ${text}`}`;
      const details = { method, closeCode, reason, cause };
      return isDismissal ? new TureenError('closedByServer', message, details) : droppedUnder(message, details);
    };
    this.#book.rejectAll((method) => errorOf(`while '${method}' waited`, method));
    if (!wasOpen || isDismissal) this.#refusal = errorOf(wasOpen ? 'by the server' : 'as it opened');
    if (wasOpen) handlers.onClosed(cause, isPardoned);
  }

  #handlePacket(packet: Packet): void {
    if (this.#state === 'closed') return;
    const { handlers, logger } = this.#options;
    handlers.onHeard?.();
    switch (packet.kind) {
      case 'response': {
        const settled = this.#book.settle(packet);
        if (settled === null) logger.debug('an answer to no request of ours', { id: packet.id });
        else this.#traceAnswer('in', packet, settled.method, settled.ms);
        return;
      }
      case 'request':
        this.#trace('in', packet.kind, packet.method, packet.data);
        this.#handleRequest(packet);
        return;
      case 'notification':
        this.#trace('in', packet.kind, packet.method, packet.data);
        this.#inbound.push((receiver) => {
          receiver.handleNotification(packet.method, packet.data);
        });
        this.#deliver();
    }
  }

  #handleRequest(packet: Packet & { kind: 'request' }): void {
    const answer = this.#answerTo(packet);
    if (this.#options.handlers.answerAtOnce?.(packet.method, answer) === true) return;
    this.#inbound.push((receiver) => {
      receiver.handleRequest(packet.method, packet.data, answer);
    });
    this.#deliver();
  }

  /** A transport may deliver the next message while the receiver handles one. */
  #deliver(): void {
    if (this.#receiver === null || this.#isDelivering) return;
    this.#isDelivering = true;
    for (const deliver of this.#inbound) {
      // The handling of the message before may have closed the channel.
      if (this.#state === 'closed') break;
      try {
        deliver(this.#receiver);
      } catch (error) {
        this.#options.logger.error('handling a message of the server failed', error);
      }
    }
    this.#inbound = [];
    this.#isDelivering = false;
  }

  /** Puts the packet on its way at once. A transport that reports a loss here need not report it a second time. */
  async #send(packet: Packet, name: string, data: unknown): Promise<void> {
    const connection = this.#connection;
    if (connection === null) throw notSent(name);
    try {
      await connection.send(packet);
    } catch (error) {
      if (isConnectionLoss(error)) {
        // It never was in flight.
        if (packet.kind === 'request') this.#book.reject(packet.id, notSent(name, error));
        connection.close();
        this.#handleClosed({ by: 'network', reason: (error as TureenError).message });
        throw notSent(name, error);
      }
      if (data !== undefined) toJson(data, `'${name}'`);
      if (error instanceof TureenError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new TureenError('sendFailed', `'${name}' could not be sent: ${why}`, { method: name, cause: error });
    }
  }

  #answerTo({ id, method, data }: Packet & { kind: 'request' }): Answer {
    let answered = false;
    const { clock, logger } = this.#options;
    const receivedAt = clock.now();
    const send = (packet: Packet & { kind: 'response' }) => {
      if (answered || this.#state !== 'open') return;
      answered = true;
      const name = nameOf(method, data);
      this.#traceAnswer('out', packet, name, clock.now() - receivedAt);
      this.#send(packet, name, data).catch((error: unknown) => {
        logger.debug(`the answer to '${name}' could not be sent`, error);
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
    if (trace.active) trace.record({ direction, kind, method: nameOf(method, payload), payload });
  }

  #traceAnswer(direction: 'in' | 'out', answer: Packet & { kind: 'response' }, method: string, ms: number): void {
    const { kind, ok } = answer;
    const payload = answer.ok ? answer.data : { errorCode: answer.errorCode, errorReason: answer.errorReason };
    this.#options.trace.record({ direction, kind, method, payload, ok, ms });
  }
}

function notSent(method: string, cause?: unknown): TureenError {
  return new TureenError('connectionLost', `'${method}' could not be sent`, { method, cause });
}

function droppedUnder(message: string, details: TureenErrorOptions): TureenError {
  return markInFlight(new TureenError('connectionLost', message, details));
}
