import { readProtooFrame } from '@tureen/protocol/common';
import { deferred } from '../shared/deferred.ts';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError, toTureenError } from '../shared/errors.ts';
import { toFrame } from './frames.ts';
import type { ConnectOptions, TransportConnection } from './SignalingTransport.ts';
import { type UrlSource, resolveUrl } from './url.ts';

/** The close code after which clients of protoo do not reconnect. */
const dismissed = 4000;

/** One attempt at a WebSocket that carries protoo's frames. */
export async function openWebSocket(
  source: UrlSource,
  subprotocols: string[],
  { params, signal, onPacket, onMalformed, onClosed }: ConnectOptions,
): Promise<TransportConnection> {
  let url: string;
  let socket: WebSocket;
  try {
    url = await resolveUrl(source, params);
    if (signal.aborted) throw attemptGivenUp();
    socket = new WebSocket(url, subprotocols);
  } catch (error) {
    throw toTureenError(error, 'connectionFailed', 'the connection could not be attempted');
  }

  const opened = deferred<TransportConnection>();
  let isOpen = false;
  const letGo = () => {
    signal.removeEventListener('abort', handleAbort);
    socket.onopen = socket.onmessage = socket.onclose = null;
  };
  const close = () => {
    letGo();
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
      send: (packet) => {
        if (socket.readyState !== WebSocket.OPEN) throw new TureenError('connectionLost', 'the WebSocket is not open');
        socket.send(JSON.stringify(toFrame(packet)));
      },
      close,
    });
  };
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    const read = readProtooFrame(typeof data === 'string' ? parseJson(data) : null);
    if (!read.ok) onMalformed(`${typeof data === 'string' ? data.length : 'binary'} that is no protoo frame`);
    else onPacket(read.value);
  };
  socket.onclose = ({ code, reason }) => {
    letGo();
    if (isOpen) onClosed({ by: code === dismissed ? 'server' : 'network', code, ...(reason === '' ? {} : { reason }) });
    else {
      // Browsers hide why. The query may hold a token, so the message leaves it out.
      opened.reject(
        new TureenError('connectionFailed', `no connection to ${url.split('?', 1)[0] ?? ''} (close code ${code})`, {
          hint: 'check the server, path, token, origin and certificate',
          closeCode: code,
        }),
      );
    }
  };
  return opened.promise;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
