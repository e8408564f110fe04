import type { EndReason } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import type { Grant } from './grant.ts';
import type { SharedNotification } from './SharedNotification.ts';

/**
 * Signaling connection of one client, opened and accepted by an entry (`protoo/`). The entry transports messages and pairs
 * requests with responses. The dialect gives them their meaning: it sets {@link Connection.handlers} synchronously in {@link
 * DialectAdapter.accept}, before the first message is delivered.
 */
export interface Connection {
  /** ID that is unique in this process; for the logs. */
  readonly id: string;
  /** Query of the URL to which the client connected, e.g. `roomId`, `peerId`. */
  readonly params: URLSearchParams;
  readonly remoteAddress: string;
  /** Logger with the ID of the connection, and the room and peer that the URL names. Default: the logger of the dialect. */
  readonly logger?: Logger | undefined;
  /** Permissions of the client, if an `authorize` hook is set. A dialect that receives the peer ID later checks the grant then. */
  readonly grant?: Grant | undefined;
  readonly closed: boolean;
  handlers: ConnectionHandlers;
  /** Sends a request. Rejects with {@link ConnectionClosedError}, with the refusal of the client, or after the timeout of the entry. */
  request(method: string, data: unknown): Promise<unknown>;
  /** Sends a notification. A closed connection drops it. */
  notify(method: string, data: unknown): void;
  /** Sends a notification that other clients receive too, encoded once for all of them. */
  notifyShared(notification: SharedNotification): void;
  /**
   * Returns whether the client reads so slowly that a lossy message must be dropped. Counts that message: call this once for
   * each.
   */
  shouldDrop(): boolean;
  /** Measures the round trip to the client. Calls back at most once, with the time in ms; never where the client is silent. */
  measureRoundTrip(onMeasured: (ms: number) => void): void;
  /** Closes the connection. Idempotent. The reason determines the WebSocket close code (`closeCodeOf`); `text` is for people. */
  close(reason: EndReason, text?: string): void;
}

/** Outcome of a request: a response or a refusal (see {@link ProtocolError}). */
export type RequestResult = (
  { readonly data: unknown; readonly error?: undefined } | { readonly error: unknown; readonly data?: undefined }
) & {
  /**
   * Callback after the entry passed the response or refusal to the socket, or dropped it because the connection closed. Runs
   * once, synchronously. Messages that the dialect sends here follow the response.
   */
  readonly afterSent?: (() => void) | undefined;
};

/** Handlers of a dialect for the messages of one connection. */
export interface ConnectionHandlers {
  /** Handles a request. A rejection is a refusal without `afterSent`. */
  onRequest(method: string, data: unknown): Promise<RequestResult>;
  /**
   * Handles a notification. A thrown `ProtocolError` is logged and counted, and repeated errors close the connection. A
   * rejection means that the notification had no effect, and counts as a refused request.
   */
  onNotification(method: string, data: unknown): Promise<unknown> | undefined;
  /**
   * Called once, whichever side closed, with the WebSocket close code: 1001 for a page that was closed, 1006 without a close
   * frame.
   */
  onClosed(code: number): void;
}

/** Dialect of the protocol. Translates messages of a connection into calls on the rooms, and events of the rooms into messages. */
export interface DialectAdapter {
  /** Name of the dialect, e.g. `mediasoup-v3`; also the path to which clients connect. */
  readonly name: string;
  accept(connection: Connection): void;
}

/** Thrown where the connection closes before the response to a request. */
export class ConnectionClosedError extends Error {
  override name = 'ConnectionClosedError';
}

/** Refusal for the client: the entry sends `code`, `message` and `reason`. Any other error becomes 500. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
  readonly code: number;
  /** Reason why the room does not admit the client; undefined for other refusals. */
  readonly reason: EndReason | undefined;

  constructor(code: number, message: string, reason?: EndReason) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** Refusal without a response. */
export class SilentRefusal extends ProtocolError {
  override name = 'SilentRefusal';

  constructor(message: string) {
    super(0, message);
  }
}

/** Creates the error for a refusal that a dialect declares. */
export function refused(
  { errorCode, errorReason }: { readonly errorCode: number; readonly errorReason: string },
  reason?: EndReason,
) {
  return new ProtocolError(errorCode, errorReason, reason);
}
