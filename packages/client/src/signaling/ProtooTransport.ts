import { openWebSocket } from './openWebSocket.ts';
import { ProtooConnection } from './ProtooConnection.ts';
import type { ConnectOptions, SignalingTransport, TransportConnection } from './SignalingTransport.ts';
import { type UrlSource, checkUrlOptions } from './url.ts';

/** Options of `new ProtooTransport()`. */
export interface ProtooTransportOptions {
  /**
   * WebSocket URL of the server. A function runs at each attempt, so that it can return a fresh token. The parameters of the
   * dialect (`roomId`, `peerId`) are added to the query unless the URL has them.
   */
  readonly url: UrlSource;
}

/**
 * Signaling over a WebSocket with the subprotocol `protoo`, as mediasoup-demo and its descendants use. protoo-client's `Peer`
 * writes and matches the messages. Close code 4000 ends the session, with two exceptions in `docs/errors.md`.
 *
 * @example
 * ```ts
 * const transport = new ProtooTransport({ url: async () => `wss://sfu.example/?token=${await fetchToken()}` });
 * ```
 */
export class ProtooTransport implements SignalingTransport {
  readonly #url: UrlSource;

  /** Throws `invalidArgument` without a URL. */
  constructor(options: ProtooTransportOptions) {
    checkUrlOptions(options);
    this.#url = options.url;
  }

  /** Opens a connection. Called by the room. */
  async connect(options: ConnectOptions): Promise<TransportConnection> {
    const connection = new ProtooConnection(options);
    await connection.open((handlers) =>
      openWebSocket({ ...options, ...handlers, url: this.#url, protocols: ['protoo'] }),
    );
    return connection;
  }
}
