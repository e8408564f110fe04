import type { EndReason } from '@tureen/protocol/common';
import type { Grant } from '../dialects/grant.ts';

/** A client that asks to be let in, before it has reached its dialect. */
export interface ConnectingClient {
  /** As the paths are named, e.g. `mediasoup-v3`. */
  readonly dialect: string;
  /** The query of the URL it came by, e.g. with a `token`. */
  readonly params: URLSearchParams;
  /** The room that it asks for; undefined in push-pull, whose clients say it when they join. */
  readonly roomId: string | undefined;
  /** As whom it wants to be there (peerId or peerName); undefined in push-pull. */
  readonly peerId: string | undefined;
  readonly headers: {
    readonly origin: string | undefined;
    readonly cookie: string | undefined;
    readonly authorization: string | undefined;
  };
  /** The WebSocket subprotocols that it offers: the one place beside the URL where a page can put a token. */
  readonly subprotocols: readonly string[];
  readonly remoteAddress: string;
}

/** It may come in, as far as the {@link Grant} goes. The server holds it to that, in push-pull when it joins. */
export interface Granted extends Grant {
  readonly allowed: true;
}

/** It may not. */
export interface Denied {
  readonly allowed: false;
  /** HTTP status of the answer: who are you (401), or not you (403). Default 403. */
  readonly status?: 401 | 403;
  /**
   * Why, as a word for programs. Default `unauthorized` with status 401, `forbidden` with 403.
   */
  readonly code?: DenialCode;
  /** Text that the client and the log get: put no secret in it. Default `not authorized`. */
  readonly reason?: string;
}

/** Why a client may not enter: without a valid token, with an expired one, or not at all. */
export type DenialCode = Extract<EndReason, 'unauthorized' | 'tokenExpired' | 'forbidden'>;

/** An `authorize` hook may throw this in place of returning {@link Denied}, from wherever it finds out. */
export class AccessDeniedError extends Error {
  override name = 'AccessDeniedError';
  readonly denied: Denied;

  constructor(denied: Omit<Denied, 'allowed'> = {}) {
    super(denied.reason ?? 'not authorized');
    this.denied = { ...denied, allowed: false };
  }
}

/**
 * Decides whether a client may connect. The server calls it once for each connection, before the upgrade, and waits
 * `authorizeTimeoutMs` for the answer.
 *
 * To refuse a client (401 or 403), return {@link Denied} or throw {@link AccessDeniedError}. Any other error, and a late
 * answer, is a failure of the hook: the server refuses the client with 503 `authorizationUnavailable`, and the client may try
 * again. The log gets the kind of the error and where it was thrown, without its message, which might quote a token.
 */
export type Authorize = (client: ConnectingClient) => Granted | Denied | Promise<Granted | Denied>;
