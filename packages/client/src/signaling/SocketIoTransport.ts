import { deferred } from '@tureen/kernel';
import type { ProtooFrame } from '@tureen/protocol/common';
import { invalidArgument } from '../shared/invalidArgument.ts';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError, toTureenError } from '../shared/errors.ts';
import { readServerReason } from '../shared/finalReasons.ts';
import { decodeFrame } from './frameCodec.ts';
import type { ConnectOptions, SignalingTransport, TransportConnection } from './SignalingTransport.ts';

/** The part of socket.io-client's `Socket` (version 3 and later) that Tureen uses. Tureen does not depend on Socket.IO. */
export interface SocketIoSocket {
  /** Whether the socket is connected. */
  readonly connected: boolean;
  /** False after the server denied the connection. */
  readonly active: boolean;
  /** Connects the socket. */
  connect(): unknown;
  /** Disconnects the socket, and stops the reconnection of Socket.IO. */
  disconnect(): unknown;
  /** Adds a listener of the connection. */
  on(event: 'connect' | 'disconnect' | 'connect_error', listener: (reason: unknown) => void): unknown;
  /** Removes a listener of the connection. */
  off(event: 'connect' | 'disconnect' | 'connect_error', listener: (reason: unknown) => void): unknown;
  /** Adds a listener of all messages. */
  onAny(listener: (event: string, ...args: unknown[]) => void): unknown;
  /** Removes a listener of all messages. */
  offAny(listener: (event: string, ...args: unknown[]) => void): unknown;
  /** Sends a message; a function as last argument is its ack. */
  emit(event: string, ...args: unknown[]): unknown;
}

/** Options of `new SocketIoTransport()`. */
export interface SocketIoTransportOptions {
  /**
   * The app's socket, or a function that creates a socket for each attempt. The function gets the parameters of the dialect
   * (`roomId`, `peerId`, ...), to put into the handshake as `query` or `auth`. The handshake of an existing socket must have them
   * already.
   */
  readonly socket:
    SocketIoSocket | ((params: Readonly<Record<string, string>>) => SocketIoSocket | Promise<SocketIoSocket>);
}

/**
 * Signaling over the app's Socket.IO socket. A request is `emit(method, data, ack)`, and the ack is the response: `{ ok: true,
 * data }` or `{ ok: false, errorCode, errorReason }`. A notification is `emit(method, data)`. An event of the server is a request
 * if it has an ack, otherwise a notification.
 *
 * The room owns the socket from the first attempt on. The transport connects the socket, and disconnects it when the room
 * leaves and when the connection drops. The reconnection of Socket.IO therefore never runs, and the room's policy schedules
 * each attempt. `io server disconnect` stands for close code 4000. Use another namespace for other messages; namespaces share
 * the connection.
 *
 * @example
 * ```ts
 * const transport = new SocketIoTransport({
 *   socket: (params) => io('https://sfu.example/', { query: params, autoConnect: false }),
 * });
 * ```
 */
export class SocketIoTransport implements SignalingTransport {
  readonly #source: SocketIoTransportOptions['socket'];

  /** Throws `invalidArgument` without a socket or a function that creates one. */
  constructor(options: SocketIoTransportOptions) {
    const { socket } = Object(options) as SocketIoTransportOptions;
    if (typeof socket !== 'function') checkSocket(socket);
    this.#source = socket;
  }

  /** Opens a connection. Called by the room. */
  async connect({ params, signal, onFrame, onMalformed, onClosed }: ConnectOptions): Promise<TransportConnection> {
    const socket = await this.#makeSocket(params);
    if (signal.aborted) {
      socket.disconnect();
      throw attemptGivenUp();
    }

    const opened = deferred<TransportConnection>();
    /** Acks of requests from the server that have no response so far. */
    const responders = new Map<number, (response: object) => unknown>();
    let lastId = 0;
    let state: 'opening' | 'open' | 'closed' = 'opening';

    const close = () => {
      if (state === 'closed') return;
      state = 'closed';
      responders.clear();
      signal.removeEventListener('abort', handleAbort);
      socket.off('connect', handleConnect);
      socket.off('disconnect', handleDisconnect);
      socket.off('connect_error', handleConnectError);
      socket.offAny(handleAny);
      // Disconnects a disconnected socket too: only `disconnect()` stops the reconnection of Socket.IO.
      socket.disconnect();
    };
    const handleAbort = () => {
      close();
      opened.reject(attemptGivenUp());
    };
    const handleConnect = () => {
      state = 'open';
      opened.resolve({
        send: (frame) => {
          // A disconnected socket would buffer the message and send it later. The room decides when to repeat a message.
          if (!socket.connected) throw new TureenError('connectionLost', 'the socket is not connected');
          switch (frame.kind) {
            case 'request':
              socket.emit(frame.method, frame.data ?? {}, (ack: unknown) => {
                handleAck(frame.id, frame.method, ack);
              });
              break;
            case 'notification':
              socket.emit(frame.method, frame.data ?? {});
              break;
            case 'response': {
              const respond = responders.get(frame.id);
              responders.delete(frame.id);
              respond?.(
                frame.ok
                  ? { ok: true, data: frame.data ?? {} }
                  : { ok: false, errorCode: frame.errorCode, errorReason: frame.errorReason },
              );
            }
          }
        },
        close,
      });
    };
    const handleAck = (id: number, method: string, ack: unknown) => {
      if (state === 'closed') return;
      const response = readAck(id, ack);
      if (response !== null) onFrame(response);
      else
        onMalformed(
          `the ack of '${method}' is neither { ok: true, data } nor { ok: false, errorCode, errorReason }`,
          id,
        );
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
              ...readServerReason(text),
            })
          : toTureenError(error, 'connectionFailed', 'no Socket.IO connection'),
      );
    };
    const handleAny = (method: string, ...args: unknown[]) => {
      const last = args.at(-1);
      const data = typeof args[0] === 'function' ? {} : (args[0] ?? {});
      if (typeof last === 'function') {
        responders.set(++lastId, last as (response: object) => unknown);
        onFrame({ kind: 'request', id: lastId, method, data });
      } else onFrame({ kind: 'notification', method, data });
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
    let socket: unknown;
    try {
      socket = typeof this.#source === 'function' ? await this.#source(params) : this.#source;
    } catch (error) {
      throw toTureenError(error, 'connectionFailed', 'the function for the socket failed');
    }
    checkSocket(socket);
    return socket;
  }
}

function checkSocket(socket: unknown): asserts socket is SocketIoSocket {
  if (typeof (socket as Partial<SocketIoSocket> | null | undefined)?.onAny === 'function') return;
  throw invalidArgument('socket', 'Pass a socket, version 3 or later, or a function.');
}

/** Reads an ack as tolerantly as a protoo response, of which it lacks only the envelope. Null where the ack is not a response. */
function readAck(id: number, ack: unknown): ProtooFrame | null {
  if (typeof ack !== 'object' || ack === null || !('ok' in ack)) return null;
  return decodeFrame({ ...ack, response: true, id });
}
