import type { EndReason } from '@tureen/protocol/common';
import type { Grant } from './grant.ts';
import type { SharedNotification } from './SharedNotification.ts';

/**
 * The signaling connection of one client, which an entry (`protoo/`) opened and accepted. The entry moves messages and pairs
 * requests with responses. The dialect gives them their meaning: it sets {@link Connection.handlers} synchronously in
 * {@link DialectAdapter.accept}, before the first message is delivered.
 */
export interface Connection {
  /** Unique in this process; for the logs. */
  readonly id: string;
  /** Query of the URL to which the client connected, e.g. `roomId`, `peerId`. */
  readonly params: URLSearchParams;
  readonly remoteAddress: string;
  /** What the client may be, if an `authorize` hook is set. A dialect that learns the peer ID later checks the grant then. */
  readonly grant?: Grant | undefined;
  readonly closed: boolean;
  handlers: ConnectionHandlers;
  /** Sends a request. Rejects with {@link ConnectionClosedError}, with the refusal of the client, or after the timeout of the entry. */
  request(method: string, data: unknown): Promise<unknown>;
  /** Sends a notification. A closed connection drops it. */
  notify(method: string, data: unknown): void;
  /** Sends a notification that goes to other clients too, encoded once for all of them. */
  notifyShared(notification: SharedNotification): void;
  /**
   * Whether the client reads so slowly that a message that may be lost must be dropped. Counts that message: call it once for
   * each.
   */
  shouldDrop(): boolean;
  /** Idempotent. The reason decides the WebSocket close code (`closeCodeOf`); `text` is for people. */
  close(reason: EndReason, text?: string): void;
}

/** The outcome of a request: a response or a refusal (see {@link ProtocolError}). */
export type RequestResult = (
  { readonly data: unknown; readonly error?: undefined } | { readonly error: unknown; readonly data?: undefined }
) & {
  /**
   * Runs once, synchronously after the entry handed the response or the refusal to the socket, or dropped it because the
   * connection closed. What the dialect sends from here follows the response.
   */
  readonly afterSent?: (() => void) | undefined;
};

/** How a dialect handles the messages of one connection. */
export interface ConnectionHandlers {
  /** Resolves to the outcome. A rejection is a refusal with nothing to run after it. */
  onRequest(method: string, data: unknown): Promise<RequestResult>;
  /**
   * Handles a notification, which has no response. A `ProtocolError` that is thrown is logged and counted; repeated errors close
   * the connection. A rejection means that the notification had no effect, and counts as a refused request.
   */
  onNotification(method: string, data: unknown): Promise<unknown> | undefined;
  /** Called once, whichever side closed, with the WebSocket close code: 1001 for a page that was left, 1006 without a close frame. */
  onClosed(code: number): void;
}

/** A dialect of the wire: translates messages of a connection into calls on the rooms, and events of the rooms into messages. */
export interface DialectAdapter {
  /** Name of the dialect, e.g. `mediasoup-v3`; also the path to which clients connect. */
  readonly name: string;
  accept(connection: Connection): void;
}

/** The connection closed before the response to a request. */
export class ConnectionClosedError extends Error {
  override name = 'ConnectionClosedError';
}

/** A refusal for the client: the entry sends `code`, `message` and `reason`. Any other error becomes 500. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
  readonly code: number;
  /** Why the room does not admit the client; undefined for other refusals. */
  readonly reason: EndReason | undefined;

  constructor(code: number, message: string, reason?: EndReason) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** A refusal without a response. */
export class SilentRefusal extends ProtocolError {
  override name = 'SilentRefusal';

  constructor(message: string) {
    super(0, message);
  }
}

/** Makes an error of a refusal that a dialect declares. */
export function refused(
  { errorCode, errorReason }: { readonly errorCode: number; readonly errorReason: string },
  reason?: EndReason,
) {
  return new ProtocolError(errorCode, errorReason, reason);
}
