import type { EndReason } from '@tureen/protocol/common';
import type { Grant } from '../dialects/grant.ts';

/** Client that asks to connect, before the dialect handles it. */
export interface ConnectingClient {
  /** Dialect name as in the path, e.g. `mediasoup-v3`. */
  readonly dialect: string;
  /** Query of the requested URL, e.g. with a `token`. */
  readonly params: URLSearchParams;
  /** Requested room ID. Undefined in push-pull, whose clients send it when they join. */
  readonly roomId: string | undefined;
  /** Requested peer ID (peerId or peerName). Undefined in push-pull. */
  readonly peerId: string | undefined;
  readonly headers: {
    readonly origin: string | undefined;
    readonly cookie: string | undefined;
    readonly authorization: string | undefined;
  };
  /** Offered WebSocket subprotocols. Apart from the URL, a page can put a token only here. */
  readonly subprotocols: readonly string[];
  readonly remoteAddress: string;
}

/** The client may connect, within the {@link Grant}. The server enforces the grant; in push-pull when the client joins. */
export interface Granted extends Grant {
  readonly allowed: true;
}

/** The client may not connect. */
export interface Denied {
  readonly allowed: false;
  /** HTTP status of the response: 401 without valid authentication, 403 without permission. Default 403. */
  readonly status?: 401 | 403;
  /** Reason for programs. Default `unauthorized` with status 401, `forbidden` with 403. */
  readonly code?: DenialCode;
  /** Text for the client and the log; put no secret in it. Default `not authorized`. */
  readonly reason?: string;
}

/** Reason why a client may not connect: no valid token, an expired token, or no permission. */
export type DenialCode = Extract<EndReason, 'unauthorized' | 'tokenExpired' | 'forbidden'>;

/** An `authorize` hook may throw this error, at any depth, instead of returning {@link Denied}. */
export class AccessDeniedError extends Error {
  override name = 'AccessDeniedError';
  readonly denied: Denied;

  constructor(denied: Omit<Denied, 'allowed'> = {}) {
    super(denied.reason ?? 'not authorized');
    this.denied = { ...denied, allowed: false };
  }
}

/**
 * Decides whether a client may connect. The server calls the hook once for each connection, before the upgrade, and waits up
 * to `authorizeTimeoutMs`.
 *
 * To refuse a client (401 or 403), return {@link Denied} or throw {@link AccessDeniedError}. Any other error or a timeout is
 * a failure of the hook: the server refuses the client with 503 `authorizationUnavailable`, and the client may try again.
 * The server logs the error's name, code and stack, but not its message, which might quote a token.
 */
export type Authorize = (client: ConnectingClient) => Granted | Denied | Promise<Granted | Denied>;
