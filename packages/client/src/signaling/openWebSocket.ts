import { deferred } from '@tureen/kernel';
import { CLOSED_BY_SERVER, type ProtooFrame, readProtooFrame } from '@tureen/protocol/common';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError, toTureenError } from '../shared/errors.ts';
import type { ConnectOptions } from './SignalingTransport.ts';
import { type UrlSource, resolveUrl } from './url.ts';

export interface OpenWebSocketOptions extends ConnectOptions {
  readonly url: UrlSource;
  readonly protocols: readonly string[];
}

/** An open WebSocket that carries protoo frames. */
export interface FrameSocket {
  /** Sends a frame as protoo writes it. Throws `connectionLost` if the socket is not open. */
  readonly send: (message: object) => void;
  /** Closes the socket. Idempotent; no callback runs afterwards. */
  readonly close: () => void;
}

/** Makes one attempt to open a WebSocket that carries protoo frames. */
export async function openWebSocket(options: OpenWebSocketOptions): Promise<FrameSocket> {
  const { params, signal, onFrame, onMalformed, onClosed } = options;
  let url: string;
  let socket: WebSocket;
  try {
    url = await resolveUrl(options.url, params);
    if (signal.aborted) throw attemptGivenUp();
    socket = new WebSocket(url, [...options.protocols]);
  } catch (error) {
    throw toTureenError(error, 'connectionFailed', 'the connection could not be attempted');
  }

  const opened = deferred<FrameSocket>();
  let isOpen = false;
  const removeListeners = () => {
    signal.removeEventListener('abort', handleAbort);
    socket.onopen = socket.onmessage = socket.onclose = null;
  };
  const close = () => {
    removeListeners();
    socket.close();
  };
  const handleAbort = () => {
    close();
    opened.reject(attemptGivenUp());
  };
  signal.addEventListener('abort', handleAbort);

  socket.onopen = () => {
    isOpen = true;
    opened.resolve({
      send: (message) => {
        if (socket.readyState !== WebSocket.OPEN) throw new TureenError('connectionLost', 'the WebSocket is not open');
        socket.send(JSON.stringify(message));
      },
      close,
    });
  };
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    const frame = parseFrame(data);
    if (frame === null)
      onMalformed(`not a protoo frame: ${typeof data === 'string' ? `${data.length} characters` : 'binary'}`);
    else onFrame(frame);
  };
  socket.onclose = ({ code, reason }) => {
    removeListeners();
    if (isOpen) onClosed({ by: code === CLOSED_BY_SERVER ? 'server' : 'network', code, ...(reason && { reason }) });
    else {
      // Browsers hide the cause. The query may hold a token, so the message leaves it out.
      opened.reject(
        new TureenError('connectionFailed', `no connection to ${url.split('?', 1)[0] ?? ''} (close code ${code})`, {
          hint: 'Check the server, path, token, origin and certificate.',
          closeCode: code,
        }),
      );
    }
  };
  return opened.promise;
}

/** Parses a message. Null where the data is not text, JSON and a frame. */
function parseFrame(data: unknown): ProtooFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const read = readProtooFrame(JSON.parse(data));
    return read.ok ? read.value : null;
  } catch {
    return null;
  }
}
