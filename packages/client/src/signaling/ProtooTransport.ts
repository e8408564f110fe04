import type { ConnectOptions, SignalingTransport, TransportConnection } from './SignalingTransport.ts';
import { openWebSocket } from './openWebSocket.ts';
import type { UrlSource } from './url.ts';

export interface ProtooTransportOptions {
  /**
   * The server's WebSocket URL. A function is asked anew at each attempt, so that a token in it may be fresh. The dialect's
   * parameters (`roomId`, `peerId`) are added to the query unless they are there.
   */
  readonly url: UrlSource;
}

/**
 * Signalling over a WebSocket with the subprotocol `protoo`: what mediasoup-demo and its descendants speak. Close code 4000 is
 * their word for "do not come back".
 */
export class ProtooTransport implements SignalingTransport {
  readonly #url: UrlSource;

  constructor(options: ProtooTransportOptions) {
    this.#url = options.url;
  }

  connect(options: ConnectOptions): Promise<TransportConnection> {
    return openWebSocket(this.#url, ['protoo'], options);
  }
}
