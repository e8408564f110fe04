import type { EndReason } from '@tureen/protocol/common';
import type { Grant } from './grant.ts';
import type { SharedNotification } from './SharedNotification.ts';

/**
 * What a dialect is given: one client's signalling connection, opened and admitted by an entry (`protoo/`, later others).
 * The entry moves messages and pairs answers; what they mean is the dialect's. The dialect sets {@link Connection.handlers}
 * synchronously in {@link DialectAdapter.accept}, before the first message is delivered.
 */
export interface Connection {
  /** Unique in this process; for the logs. */
  readonly id: string;
  /** The query of the URL the client came by, e.g. `roomId`, `peerId`. */
  readonly params: URLSearchParams;
  readonly remoteAddress: string;
  /** What it may be, where somebody was asked. A dialect whose clients say later who they are holds them to it. */
  readonly grant?: Grant | undefined;
  readonly closed: boolean;
  handlers: ConnectionHandlers;
  /** Asks the client. Rejects with {@link ConnectionClosedError}, or with the client's refusal, or at the entry's timeout. */
  request(method: string, data: unknown): Promise<unknown>;
  /** Tells the client. A closed connection drops it. */
  notify(method: string, data: unknown): void;
  /** As {@link Connection.notify}, with what goes to other clients too: it is serialized once for all of them. */
  notifyShared(notification: SharedNotification): void;
  /**
   * Whether the client is so far behind with reading that a message that may be lost is to be left out. Counts the message
   * if so; to be asked once for each.
   */
  shouldDrop(): boolean;
  /** Idempotent. The reason decides the WebSocket close code (`closeCodeOf`); `text` is for people. */
  close(reason: EndReason, text?: string): void;
}

export interface ConnectionHandlers {
  /** What it resolves to is the answer; what it throws is the refusal (see `ProtocolError`). */
  onRequest(method: string, data: unknown): Promise<unknown>;
  /**
   * There is no answer: a `ProtocolError` that it throws is logged and counted, and repeated ones close the connection. A
   * promise that rejects says that the notification had no effect, which counts as a refused request.
   */
  onNotification(method: string, data: unknown): Promise<unknown> | undefined;
  /** Comes once, whoever closed, with the WebSocket close code: 1001 where the page went away, 1006 where nobody said a word. */
  onClosed(code: number): void;
}

/** One dialect of the wire: turns a connection's messages into calls on the neutral rooms and their events into messages. */
export interface DialectAdapter {
  /** As the folders are named, e.g. `mediasoup-v3`; also the path that clients connect to. */
  readonly name: string;
  accept(connection: Connection): void;
}

/** The connection went away while a request waited for its answer. */
export class ConnectionClosedError extends Error {
  override name = 'ConnectionClosedError';
}

/** A refusal for the client: the entry sends `code`, `message` and `reason`; anything else thrown becomes 500. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
  readonly code: number;
  /** Why the room does not admit the client, where that is what was refused. */
  readonly reason: EndReason | undefined;

  constructor(code: number, message: string, reason?: EndReason) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** A refusal that the client does not read: there is no answer. */
export class SilentRefusal extends ProtocolError {
  override name = 'SilentRefusal';

  constructor(message: string) {
    super(0, message);
  }
}

/** A refusal in a dialect's words, to be thrown. */
export function refused(
  { errorCode, errorReason }: { readonly errorCode: number; readonly errorReason: string },
  reason?: EndReason,
) {
  return new ProtocolError(errorCode, errorReason, reason);
}
