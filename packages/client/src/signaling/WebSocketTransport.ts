import type { ConnectOptions, SignalingTransport, TransportConnection } from './SignalingTransport.ts';
import { openWebSocket } from './openWebSocket.ts';
import type { UrlSource } from './url.ts';

export interface WebSocketTransportOptions {
  /**
   * The server's WebSocket URL. A function is asked anew at each attempt, so that a token in it may be fresh. The dialect's
   * parameters (`roomId`, `peerId`, ...) are added to the query unless they are there.
   */
  readonly url: UrlSource;
  /** The subprotocols to offer. Default: none. */
  readonly protocols?: readonly string[];
}

/**
 * Signalling over a plain WebSocket: the frames of `ProtooTransport` without its subprotocol, for a server that takes none or
 * one of its own. Close code 4000 is "do not come back" here too.
 */
export class WebSocketTransport implements SignalingTransport {
  readonly #options: WebSocketTransportOptions;

  constructor(options: WebSocketTransportOptions) {
    this.#options = options;
  }

  connect(options: ConnectOptions): Promise<TransportConnection> {
    return openWebSocket(this.#options.url, [...(this.#options.protocols ?? [])], options);
  }
}
