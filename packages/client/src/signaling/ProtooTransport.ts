import { WebSocketTransport as ProtooWebSocket } from 'protoo-client';
import { deferred } from '../shared/deferred.ts';
import { TureenError, toTureenError } from '../shared/errors.ts';
import { fromFrame, toFrame } from './frames.ts';
import type { ConnectOptions, SignalingTransport, TransportConnection } from './SignalingTransport.ts';
import { type UrlSource, resolveUrl } from './url.ts';

export interface ProtooTransportOptions {
  /**
   * The server's WebSocket URL. A function is asked anew at each attempt, so that a token in it may be fresh. The dialect's
   * parameters (`roomId`, `peerId`) are added to the query unless they are there.
   */
  readonly url: UrlSource;
}

/**
 * Signalling over a WebSocket with the `protoo` subprotocol, by protoo-client: what mediasoup-demo and its descendants speak.
 *
 * protoo-client reconnects by itself and offers no way to switch that off, and Tureen's session decides when to reconnect. So
 * each attempt has a connection of its own, which is closed from inside the very event that would start the retry.
 */
export class ProtooTransport implements SignalingTransport {
  readonly #url: UrlSource;

  constructor(options: ProtooTransportOptions) {
    this.#url = options.url;
  }

  async connect({ params, signal, onPacket, onClosed }: ConnectOptions): Promise<TransportConnection> {
    let url: string;
    try {
      url = await resolveUrl(this.#url, params);
    } catch (error) {
      throw toTureenError(error, 'connectionFailed', 'the URL could not be had');
    }
    if (signal.aborted) throw new TureenError('aborted', 'the connection attempt was given up');

    const socket = new ProtooWebSocket(url, { retry: { retries: 0 } });
    const opened = deferred<TransportConnection>();
    let state: 'connecting' | 'open' | 'done' = 'connecting';

    const end = () => {
      state = 'done';
      signal.removeEventListener('abort', handleAbort);
      socket.removeAllListeners();
      socket.close();
    };
    const handleAbort = () => {
      if (state === 'connecting') opened.reject(new TureenError('aborted', 'the connection attempt was given up'));
      end();
    };
    signal.addEventListener('abort', handleAbort);

    socket.on('open', () => {
      state = 'open';
      opened.resolve({
        send: (packet) => {
          // A send that fails is a connection that fails, and that comes as 'disconnected'.
          socket.send(toFrame(packet)).catch(() => {});
        },
        close: () => {
          if (state === 'open') end();
        },
      });
    });
    socket.on('failed', () => {
      end();
      opened.reject(
        new TureenError('connectionFailed', `no connection to ${withoutQuery(url)}`, {
          hint: 'is the server running, does it take this URL, and does the network let WebSockets through?',
        }),
      );
    });
    socket.on('disconnected', () => {
      end();
      onClosed({ by: 'network' });
    });
    // Without 'failed' or 'disconnected' before it, this is close code 4000: the server does not want us back.
    socket.on('close', () => {
      const wasOpen = state === 'open';
      end();
      if (wasOpen) onClosed({ by: 'server', code: 4000 });
      else opened.reject(new TureenError('closedByServer', 'the server closed the connection as it opened'));
    });
    socket.on('message', (message) => {
      const packet = fromFrame(message);
      if (packet !== null) onPacket(packet);
    });
    return opened.promise;
  }
}

/** A URL for a message that may be logged: tokens travel in queries. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
