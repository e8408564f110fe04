import { checkOptions } from '../shared/checks/development.ts';
import { encodeFrame } from './frameCodec.ts';
import { openWebSocket } from './openWebSocket.ts';
import type { ConnectOptions, SignalingTransport, TransportConnection } from './SignalingTransport.ts';
import { type UrlSource, checkUrlOptions } from './url.ts';

/** Options of `new WebSocketTransport()`. */
export interface WebSocketTransportOptions {
  /**
   * WebSocket URL of the server. A function runs at each attempt, so that it can return a fresh token. The parameters of the
   * dialect (`roomId`, `peerId`, ...) are added to the query unless the URL has them.
   */
  readonly url: UrlSource;
  /** Subprotocols to offer, e.g. `['protoo']` for a server that requires it. Default: none. */
  readonly protocols?: readonly string[];
}

/**
 * Signaling over a plain WebSocket. Uses the frames of `ProtooTransport` without protoo-client, which makes an app smaller. Close
 * code 4000 ends the session, with two exceptions in `docs/errors.md`.
 */
export class WebSocketTransport implements SignalingTransport {
  readonly #options: WebSocketTransportOptions;

  /** Throws `invalidArgument` without a URL. */
  constructor(options: WebSocketTransportOptions) {
    checkUrlOptions(options);
    checkOptions(options);
    this.#options = options;
  }

  /** Opens a connection. Called by the room. */
  async connect(options: ConnectOptions): Promise<TransportConnection> {
    const { url, protocols = [] } = this.#options;
    const { send, close } = await openWebSocket({ ...options, url, protocols });
    return {
      send: (frame) => {
        send(encodeFrame(frame));
      },
      close,
    };
  }
}
