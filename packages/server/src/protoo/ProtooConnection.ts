import { closeCodeOf } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import Peer from 'protoo-server/lib/Peer.js';
import type { ProtooMessage } from 'protoo-server/lib/Peer.js';
import type { Clock } from '@tureen/kernel';
import { ConnectionClosedError, ProtocolError, SilentRefusal } from '../dialects/Connection.ts';
import type { Connection, ConnectionHandlers, RequestResult } from '../dialects/Connection.ts';
import type { Grant } from '../dialects/grant.ts';
import type { SharedNotification } from '../dialects/SharedNotification.ts';
import { ABNORMAL_CLOSE } from '../http/ClientSocket.ts';
import type { ClientSocket } from '../http/ClientSocket.ts';
import type { ConnectedClient } from '../http/HttpEntry.ts';
import { BadMessages } from './BadMessages.ts';
import { encodeNotification } from './encodeNotification.ts';
import { readFrame } from './readFrame.ts';
import { SocketTransport } from './SocketTransport.ts';

export interface ProtooConnectionOptions {
  readonly clock: Clock;
  /** Maximum per minute; 0: no limit. */
  readonly maxBadMessages: number;
  /** Maximum refused requests per minute, a long request counting several times; 0: no limit. */
  readonly maxRefusedRequests: number;
  readonly counters?: MessageCounters | undefined;
}

/** Message for the counters. */
export interface CountedMessage {
  readonly kind: 'request' | 'notification' | 'response';
  /** Absent for a response. */
  readonly method?: string;
  readonly data?: unknown;
}

/** Counters for the messages of clients. */
export interface MessageCounters {
  countMessage(dialect: string, message: CountedMessage): void;
  countBadMessage(dialect: string): void;
  countRefusedRequest(dialect: string): void;
}

/** Maximum number of remembered request IDs without a response. */
const maxUnanswered = 1000;

/** Bytes of a refused request that count once: the cost of reading grows with the length. */
const BYTES_PER_REFUSAL = 4096;

/** Maximum number of logged characters of a reason, which may contain text of the client. */
const maxLoggedReason = 200;

type ProtooRequest = ProtooMessage & { readonly id: number };
type Accept = (data?: unknown) => void;
type Reject = (code: number, reason: string) => void;

/** Refused request. */
interface RefusedRequest {
  readonly id: number;
  readonly method: string;
  /** Length of the message. */
  readonly length: number;
  readonly reject: Reject;
}

const unset: ConnectionHandlers = {
  onRequest: () => Promise.reject(new ProtocolError(503, 'not ready')),
  onNotification: () => undefined,
  onClosed() {},
};

/** Connection of a protoo client. Its protoo Peer pairs requests with responses; this class passes them to the dialect. */
export class ProtooConnection implements Connection {
  readonly id: string;
  readonly params: URLSearchParams;
  readonly remoteAddress: string;
  readonly grant: Grant | undefined;
  handlers: ConnectionHandlers = unset;
  readonly logger: Logger;
  readonly #socket: ClientSocket;
  readonly #transport: SocketTransport;
  readonly #peer: Peer;
  readonly #badMessages: BadMessages;
  readonly #refusedRequests: BadMessages;
  /** Length of the message that is currently handled. */
  #length = 0;
  readonly #dialect: string;
  readonly #counters: MessageCounters | undefined;
  /** WebSocket close code, once the connection closes. */
  #closeCode = ABNORMAL_CLOSE;
  /** IDs of the latest requests without a response. */
  readonly #unanswered = new Set<number>();

  constructor(
    client: ConnectedClient,
    { clock, maxBadMessages, maxRefusedRequests, counters }: ProtooConnectionOptions,
  ) {
    this.id = client.id;
    this.params = client.params;
    this.remoteAddress = client.remoteAddress;
    this.grant = client.grant;
    this.logger = client.logger;
    this.#dialect = client.route.adapter.name;
    this.#counters = counters;
    this.#socket = client.socket;
    this.#transport = new SocketTransport(client.socket);
    this.#peer = new Peer(client.id, this.#transport);
    this.#badMessages = new BadMessages(maxBadMessages, clock);
    this.#refusedRequests = new BadMessages(maxRefusedRequests, clock);

    client.socket.handlers = {
      onText: (text) => {
        this.#handleText(text);
      },
      onBinary: () => {
        this.#countBad('binary message');
      },
      onClosed: (code) => {
        this.#closeCode = code;
        this.#peer.close();
      },
    };
    this.#peer.on('request', (request, accept, reject) => {
      void this.#handleRequest(request, accept, reject);
    });
    this.#peer.on('notification', (notification) => {
      this.#handleNotification(notification);
    });
    this.#peer.on('close', () => {
      this.#handleClosed();
    });
  }

  get closed(): boolean {
    return this.#peer.closed;
  }

  async request(method: string, data: unknown): Promise<unknown> {
    if (this.closed) throw new ConnectionClosedError(`${method} was not sent: the connection is closed`);
    try {
      return await this.#peer.request(method, data);
    } catch (error) {
      if (!this.closed) throw error;
      throw new ConnectionClosedError(`the connection closed before the response to ${method}`, { cause: error });
    }
  }

  notify(method: string, data: unknown): void {
    if (!this.closed) this.#socket.send(encodeNotification(method, data), true);
  }

  notifyShared(notification: SharedNotification): void {
    if (!this.closed) this.#socket.send(notification.encoded(encodeNotification), true);
  }

  shouldDrop(): boolean {
    return this.#socket.shouldDrop();
  }

  measureRoundTrip(onMeasured: (ms: number) => void): void {
    this.#socket.measureRoundTrip(onMeasured);
  }

  close(reason: EndReason, text?: string): void {
    if (this.closed) return;
    this.#closeCode = closeCodeOf(reason);
    this.#transport.closeWith(reason, text);
    this.#peer.close();
  }

  #handleText(text: string): void {
    const frame = readFrame(text);
    if (frame.kind === 'bad') {
      const { id, reason } = frame;
      if (id !== undefined) void this.#transport.send({ response: true, id, errorCode: 400, errorReason: reason });
      this.#countBad(reason);
      return;
    }
    this.#counters?.countMessage(this.#dialect, frame.counted);
    this.#length = text.length;
    this.#transport.emit('message', frame.message);
  }

  /** Handles a request. Its response is written to the socket synchronously, before `afterSent` runs. */
  async #handleRequest({ id, method, data }: ProtooRequest, accept: Accept, reject: Reject): Promise<void> {
    const length = this.#length;
    if (this.#unanswered.has(id)) {
      this.logger.debug({ method }, 'dropping repeated request');
      return;
    }
    this.#unanswered.add(id);
    // A dialect may never respond to a request.
    const [oldest = id] = this.#unanswered;
    if (this.#unanswered.size > maxUnanswered) this.#unanswered.delete(oldest);
    let result: RequestResult;
    try {
      result = await this.handlers.onRequest(method, data);
    } catch (error) {
      result = { error };
    }
    this.#unanswered.delete(id);
    try {
      if (result.error === undefined) accept(result.data);
      else this.#handleRefusal(result.error, { id, method, length, reject });
    } finally {
      result.afterSent?.();
    }
  }

  #handleRefusal(error: unknown, { id, method, length, reject }: RefusedRequest): void {
    if (error instanceof ProtocolError) {
      this.logger.debug({ method, code: error.code, reason: error.message }, 'refused request');
      if (!(error instanceof SilentRefusal)) this.#refuse(id, error, reject);
      this.#countRefused(length);
      return;
    }
    if (this.closed && error instanceof ConnectionClosedError) {
      // The connection closed during the request, so no client waits for a response.
      this.logger.debug({ method }, 'dropping request: the connection closed');
      return;
    }
    // Internal errors are logged, and the client gets no details.
    this.logger.error({ err: error, method }, 'request failed');
    reject(500, 'internal error');
  }

  /** Peer's own `reject` has no parameter for the reason why a room does not admit the client. */
  #refuse(id: number, { code, message, reason }: ProtocolError, reject: Reject): void {
    if (reason === undefined || this.closed) reject(code, message);
    else void this.#transport.send({ response: true, id, errorCode: code, errorReason: message, endReason: reason });
  }

  #handleNotification({ method, data }: ProtooMessage): void {
    const length = this.#length;
    try {
      this.handlers.onNotification(method, data)?.catch(() => {
        if (!this.closed) this.#countRefused(length);
      });
    } catch (error) {
      if (error instanceof SilentRefusal) this.#countRefused(length);
      else if (error instanceof ProtocolError) this.#countBad(`notification ${method}: ${error.message}`);
      else this.logger.error({ err: error, method }, 'notification failed');
    }
  }

  #handleClosed(): void {
    try {
      this.handlers.onClosed(this.#closeCode);
    } catch (error) {
      this.logger.error({ err: error }, 'cannot clean up the connection');
    }
  }

  #countBad(reason: string): void {
    this.#counters?.countBadMessage(this.#dialect);
    const isTooMany = this.#badMessages.add();
    const { total } = this.#badMessages;
    this.logger.warn({ reason: reason.slice(0, maxLoggedReason), total }, 'ignoring bad message');
    if (!isTooMany) return;
    this.logger.warn('closing connection: too many bad messages');
    this.close('badMessages', 'too many bad messages');
  }

  /** Counts a refused message of that length. */
  #countRefused(length: number): void {
    this.#counters?.countRefusedRequest(this.#dialect);
    const isTooMany = this.#refusedRequests.add(1 + Math.floor(length / BYTES_PER_REFUSAL));
    if (!isTooMany || this.closed) return;
    this.logger.warn({ total: this.#refusedRequests.total }, 'closing connection: too many refused requests');
    this.close('refusedRequests', 'too many refused requests');
  }
}
