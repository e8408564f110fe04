import type { RequestResult } from './Connection.ts';
import { PeerSession } from './PeerSession.ts';
import type { PeerSessionOptions } from './PeerSession.ts';
import { PendingResponses } from './PendingResponses.ts';

/** Handlers of a dialect for the messages of a session. */
export interface SessionHandlers {
  /** Handles a request. A rejection is a refusal. */
  onRequest(method: string, data: unknown): Promise<RequestResult>;
  /**
   * Handles a notification. Throws `ProtocolError` where the dialect has no such notification or its data is malformed; rejects,
   * or resolves to an `error`, where the notification had no effect.
   */
  onNotification(method: string, data: unknown): Promise<RequestResult>;
  /** Handles the close of the connection, with the WebSocket close code. */
  onClosed(code: number): void;
}

export interface CreatePeerSessionOptions extends Omit<PeerSessionOptions, 'responses'> {
  readonly handlers: SessionHandlers;
}

/** Creates the session of one connection, in any dialect, and sets the connection's handlers. */
export function createPeerSession({ handlers, ...options }: CreatePeerSessionOptions): PeerSession {
  const { connection, logger } = options;
  const responses = new PendingResponses();
  const session = new PeerSession({ ...options, responses });
  connection.handlers = {
    onRequest: (method, data) => responses.track(() => handlers.onRequest(method, data)),
    onNotification: (method, data) =>
      handlers
        .onNotification(method, data)
        .then(({ error, afterSent }) => {
          afterSent?.();
          if (error !== undefined) throw error as Error;
        })
        .catch((error: unknown) => {
          logger.debug({ method, err: error }, 'notification had no effect');
          throw error;
        }),
    onClosed: (code) => {
      session.stopJoinDeadline();
      handlers.onClosed(code);
    },
  };
  return session;
}
