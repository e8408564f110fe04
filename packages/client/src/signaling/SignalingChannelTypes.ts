import type { Clock } from '@tureen/kernel';
import type { Logger } from '../shared/logger.ts';
import type { SignalingTransport, TransportClosed } from './SignalingTransport.ts';
import type { Trace } from './Trace.ts';

/** Sends the response to a request from the server. Only the first call has an effect. */
export interface Responder {
  /** Sends the data of the response. */
  accept(data?: unknown): void;
  /** Sends an error response. */
  reject(code: number, reason: string): void;
}

/** Handler of the server's requests and notifications. */
export interface InboundReceiver {
  /** Handles a request. Must respond through `responder`. */
  handleRequest(method: string, data: unknown, responder: Responder): void;
  /** Handles a notification. */
  handleNotification(method: string, data: unknown): void;
}

export interface SignalingChannelHandlers {
  /**
   * Handles a request that must not wait for its turn. Returns true if it has responded; `handleRequest` then does not get the
   * request.
   */
  respondAtOnce?(method: string, responder: Responder): boolean;
  /**
   * Handles a notification that must not be held for the receiver. Returns true if `handleNotification` does not get the
   * notification.
   */
  handleAtOnce?(method: string, data: unknown): boolean;
  /** Runs when anything arrives. */
  onActivity?(): void;
  /** Runs when a request without its own `timeoutMs` timed out. */
  onRequestTimeout?: () => void;
  /** Returns whether the room rejoins after a final close by the server. Runs before pending requests reject. */
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

/** Options of a request. */
export interface RequestOptions {
  /** Rejects the request with `aborted` when the signal aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout in ms. Default: `requestTimeoutMs` of the channel. */
  readonly timeoutMs?: number | undefined;
}
