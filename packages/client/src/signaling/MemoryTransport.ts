import { deferred } from '@tureen/kernel';
import type { ProtooFrame } from '@tureen/protocol/common';
import { checkMethods, checkOptions } from '../shared/checks/development.ts';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError } from '../shared/errors.ts';
import { decodeFrame, encodeFrame } from './frameCodec.ts';
import type { ConnectOptions, SignalingTransport, TransportClosed, TransportConnection } from './SignalingTransport.ts';

/** Server end of one connection. Assign `onFrame` and `onClosed` to handle the client's frames and the end. */
export interface MemoryServerConnection {
  /** Parameters of the dialect for the URL (`roomId`, `peerId`, ...). */
  readonly params: Readonly<Record<string, string>>;
  /** Whether either end has closed the connection. */
  readonly closed: boolean;
  /** Handles a frame of the client. Default: ignores it. */
  onFrame: (frame: ProtooFrame) => void;
  /** Handles the end of the connection, whichever end closes. Default: does nothing. */
  onClosed: () => void;
  /** Sends a frame to the client. Does nothing after the close. */
  send(frame: ProtooFrame): void;
  /** Closes the connection as a server does. `by: 'server'` stands for close code 4000. Default `{ by: 'network' }`. */
  close(closed?: TransportClosed): void;
}

/** Options of `new MemoryTransport()`. */
export interface MemoryTransportOptions {
  /** Runs for each connection, before the client's `connect()` resolves. A throw refuses the connection. */
  readonly onConnection: (connection: MemoryServerConnection) => void;
  /**
   * Carries a frame to the other end by calling `arrive`. Default: a microtask later, as a copy through JSON. Pass a function to
   * delay, drop or reorder frames.
   */
  readonly deliver?: (
    frame: ProtooFrame,
    direction: 'toServer' | 'toClient',
    arrive: (frame: ProtooFrame) => void,
  ) => void;
}

/** Copies a frame as a socket would. Null where the copy is not a frame. */
const throughJson = (frame: ProtooFrame): ProtooFrame | null =>
  decodeFrame(JSON.parse(JSON.stringify(encodeFrame(frame))));

/** Transport without a network, for tests and benchmarks. `onConnection` gets the server end of each connection. */
export class MemoryTransport implements SignalingTransport {
  readonly #options: MemoryTransportOptions;

  /** Throws `invalidArgument`; `argument` names the option. */
  constructor(options: MemoryTransportOptions) {
    checkOptions(options);
    checkMethods(options, '', ['onConnection']);
    this.#options = options;
  }

  /** Opens a connection. Called by the room. */
  connect(options: ConnectOptions): Promise<TransportConnection> {
    const opened = deferred<void>();
    const connecting = this.#connect(options, opened.promise);
    // Runs after the code that awaits the connection: a socket never closes before it has opened.
    void connecting.then(
      () => {
        queueMicrotask(opened.resolve);
      },
      () => {},
    );
    return connecting;
  }

  async #connect(
    { params, signal, onFrame, onMalformed, onClosed }: ConnectOptions,
    opened: Promise<void>,
  ): Promise<TransportConnection> {
    if (signal.aborted) throw attemptGivenUp();
    const deliver =
      this.#options.deliver ??
      ((frame, direction, arrive) => {
        const copy = throughJson(frame);
        queueMicrotask(() => {
          if (copy !== null) arrive(copy);
          else if (direction === 'toClient') onMalformed('not a protoo frame');
        });
      });
    /** `closing`: the server has closed, and frames that it sent before still arrive. */
    let state: 'open' | 'closing' | 'closed' = 'open';
    const end = () => {
      state = 'closed';
      signal.removeEventListener('abort', leave);
      server.onClosed();
    };
    const leave = () => {
      if (state !== 'closed') end();
    };
    const server: MemoryServerConnection = {
      params,
      get closed() {
        return state !== 'open';
      },
      onFrame: () => {},
      onClosed: () => {},
      send: (frame) => {
        if (state !== 'open') return;
        deliver(frame, 'toClient', (arrived) => {
          if (state !== 'closed') onFrame(arrived);
        });
      },
      close: (reason = { by: 'network' }) => {
        if (state !== 'open') return;
        state = 'closing';
        void opened.then(() => {
          if (state === 'closed') return;
          end();
          onClosed(reason);
        });
      },
    };
    signal.addEventListener('abort', leave);
    try {
      this.#options.onConnection(server);
    } catch (error) {
      leave();
      throw TureenError.is(error)
        ? error
        : new TureenError('connectionFailed', 'the connection was refused', { cause: error });
    }
    // The signal can abort until the connection has opened, as with a socket.
    await Promise.resolve();
    if (signal.aborted) throw attemptGivenUp();
    return {
      send: (frame) => {
        if (state !== 'open') throw new TureenError('connectionLost', 'the connection is closed');
        deliver(frame, 'toServer', (arrived) => {
          if (state === 'open') server.onFrame(arrived);
        });
      },
      close: leave,
    };
  }
}
