import { readCloseReason } from '@tureen/protocol/common';
import { deferred } from '../shared/deferred.ts';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError, toTureenError } from '../shared/errors.ts';
import { fromFrame } from './frames.ts';
import type {
  ConnectOptions,
  RequestPacket,
  ResponsePacket,
  SignalingTransport,
  TransportConnection,
} from './SignalingTransport.ts';

/** As much of socket.io-client's `Socket` (version 3 and later) as is used; Tureen does not bring socket.io itself. */
export interface SocketIoSocket {
  readonly connected: boolean;
  /** False once the server has denied the connection. */
  readonly active: boolean;
  connect(): unknown;
  disconnect(): unknown;
  on(event: 'connect' | 'disconnect' | 'connect_error', listener: (reason: unknown) => void): unknown;
  off(event: 'connect' | 'disconnect' | 'connect_error', listener: (reason: unknown) => void): unknown;
  onAny(listener: (event: string, ...args: unknown[]) => void): unknown;
  offAny(listener: (event: string, ...args: unknown[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}

export interface SocketIoTransportOptions {
  /**
   * The app's socket, or what makes one afresh for each attempt. Only a function learns the dialect's parameters (`roomId`,
   * `peerId`, ...): it puts them where its server looks for them, the handshake's `query` or `auth`. With a socket that is
   * there already the app has put them there itself.
   */
  readonly socket:
    SocketIoSocket | ((params: Readonly<Record<string, string>>) => SocketIoSocket | Promise<SocketIoSocket>);
}

/**
 * Signalling over a Socket.IO socket that the app brings. A request is `emit(method, data, ack)`, answered by the ack with
 * `{ ok: true, data }` or `{ ok: false, errorCode, errorReason }`; a notification is `emit(method, data)`. The server's events
 * are read the same way: with an ack they are requests, without one notifications.
 *
 * The socket belongs to the room from the first attempt on: the transport connects it, and disconnects it when the room leaves
 * and at every loss. So Socket.IO's own reconnection never comes to run, whatever its setting, and the room's policy alone says
 * when the next attempt is. `io server disconnect` means that the server does not want the client back, as close code 4000 does
 * elsewhere. An app that has more to say to its server takes another namespace for it; the two share one connection.
 */
export class SocketIoTransport implements SignalingTransport {
  readonly #source: SocketIoTransportOptions['socket'];

  constructor(options: SocketIoTransportOptions) {
    this.#source = options.socket;
  }

  async connect({ params, signal, onPacket, onMalformed, onClosed }: ConnectOptions): Promise<TransportConnection> {
    const socket = await this.#makeSocket(params);
    if (signal.aborted) {
      socket.disconnect();
      throw attemptGivenUp();
    }

    const opened = deferred<TransportConnection>();
    /** The acks of the server's requests that have not been answered yet. */
    const acks = new Map<number, (answer: object) => unknown>();
    let lastId = 0;
    let state: 'opening' | 'open' | 'closed' = 'opening';

    const close = () => {
      if (state === 'closed') return;
      state = 'closed';
      acks.clear();
      signal.removeEventListener('abort', handleAbort);
      socket.off('connect', handleConnect);
      socket.off('disconnect', handleDisconnect);
      socket.off('connect_error', handleConnectError);
      socket.offAny(handleAny);
      // Also when it is disconnected already: that is what stops Socket.IO from coming back by itself.
      socket.disconnect();
    };
    const handleAbort = () => {
      close();
      opened.reject(attemptGivenUp());
    };
    const handleConnect = () => {
      state = 'open';
      opened.resolve({
        send: (packet) => {
          // While it is disconnected a socket would keep what is emitted for later, which is for the room to decide.
          if (!socket.connected) throw new TureenError('connectionLost', 'the socket is not connected');
          switch (packet.kind) {
            case 'request':
              socket.emit(packet.method, packet.data ?? {}, (answer: unknown) => {
                if (state !== 'closed') onPacket(readAck(packet, answer, onMalformed));
              });
              break;
            case 'notification':
              socket.emit(packet.method, packet.data ?? {});
              break;
            case 'response': {
              const ack = acks.get(packet.id);
              acks.delete(packet.id);
              ack?.(
                packet.ok
                  ? { ok: true, data: packet.data ?? {} }
                  : { ok: false, errorCode: packet.errorCode, errorReason: packet.errorReason },
              );
            }
          }
        },
        close,
      });
    };
    const handleDisconnect = (reason: unknown) => {
      const wasOpen = state === 'open';
      close();
      const text = String(reason);
      if (wasOpen) onClosed({ by: text === 'io server disconnect' ? 'server' : 'network', reason: text });
      else opened.reject(new TureenError('connectionFailed', `the socket disconnected as it opened: ${text}`));
    };
    const handleConnectError = (error: unknown) => {
      const isDenied = !socket.active;
      close();
      const text = error instanceof Error ? error.message : String(error);
      opened.reject(
        isDenied
          ? new TureenError('closedByServer', `the server denied the Socket.IO connection: ${text}`, {
              cause: error,
              reason: readCloseReason(text).word || undefined,
            })
          : toTureenError(error, 'connectionFailed', 'no Socket.IO connection'),
      );
    };
    const handleAny = (method: string, ...args: unknown[]) => {
      const last = args.at(-1);
      const data = typeof args[0] === 'function' ? {} : (args[0] ?? {});
      if (typeof last === 'function') {
        acks.set(++lastId, last as (answer: object) => unknown);
        onPacket({ kind: 'request', id: lastId, method, data });
      } else onPacket({ kind: 'notification', method, data });
    };

    signal.addEventListener('abort', handleAbort);
    socket.on('connect', handleConnect);
    socket.on('disconnect', handleDisconnect);
    socket.on('connect_error', handleConnectError);
    socket.onAny(handleAny);
    try {
      if (socket.connected) handleConnect();
      else socket.connect();
    } catch (error) {
      handleConnectError(error);
    }
    return opened.promise;
  }

  async #makeSocket(params: Readonly<Record<string, string>>): Promise<SocketIoSocket> {
    let socket: Partial<SocketIoSocket> | null | undefined;
    try {
      socket = typeof this.#source === 'function' ? await this.#source(params) : this.#source;
    } catch (error) {
      throw toTureenError(error, 'connectionFailed', 'the socket could not be made');
    }
    if (typeof socket?.onAny !== 'function') {
      throw new TureenError('invalidArgument', 'socket: not a socket of socket.io-client', {
        hint: 'version 3 or later; the socket, or a function that returns it',
      });
    }
    return socket as SocketIoSocket;
  }
}

/** What a server acks is an answer of protoo's without its envelope, and is read as liberally. */
function readAck({ id, method }: RequestPacket, ack: unknown, onMalformed: (what: string) => void): ResponsePacket {
  if (typeof ack === 'object' && ack !== null && 'ok' in ack) {
    const packet = fromFrame({ ...ack, response: true, id });
    if (packet?.kind === 'response') return packet;
  }
  const errorReason = `the ack of '${method}' is neither { ok: true, data } nor { ok: false, errorCode, errorReason }`;
  onMalformed(errorReason);
  return { kind: 'response', id, ok: false, errorCode: 500, errorReason, isMalformed: true };
}
