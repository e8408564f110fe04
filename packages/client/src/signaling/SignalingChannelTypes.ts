import type { Clock } from '@tureen/kernel';
import type { Logger } from '../shared/logger.ts';
import type { SignalingTransport, TransportClosed } from './SignalingTransport.ts';
import type { Trace } from './Trace.ts';

/** Sends the response to a request from the server. Only the first call has an effect. */
export interface Responder {
  accept(data?: unknown): void;
  reject(code: number, reason: string): void;
}

/** Handles the requests and notifications of the server. */
export interface InboundReceiver {
  handleRequest(method: string, data: unknown, responder: Responder): void;
  handleNotification(method: string, data: unknown): void;
}

export interface SignalingChannelHandlers {
  /** A request arrived, which may wait for its turn. True: the handler has responded, and the receiver does not get the request. */
  respondAtOnce?(method: string, responder: Responder): boolean;
  /** Runs whenever anything arrives. */
  onActivity?(): void;
  /** Runs when a request without a `timeoutMs` of its own timed out. */
  onRequestTimeout?: () => void;
  /** Whether the room rejoins after a final close by the server. Runs before pending requests reject. */
  canRejoin?(closed: TransportClosed): boolean;
  /** Runs once, when the connection closed without a call of `close()`, after pending requests have rejected. */
  onClosed(closed: TransportClosed, canRejoin: boolean): void;
}

export interface SignalingChannelOptions {
  readonly transport: SignalingTransport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trace: Trace;
  /** Timeout of a request without its own `timeoutMs`, and of opening the connection, in ms. */
  readonly requestTimeoutMs: number;
  readonly handlers: SignalingChannelHandlers;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Timeout in ms. Default: `requestTimeoutMs` of the channel. */
  readonly timeoutMs?: number | undefined;
}
