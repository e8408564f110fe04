import { deferred } from '../shared/deferred.ts';
import { attemptGivenUp } from '../shared/commonErrors.ts';
import { TureenError } from '../shared/errors.ts';
import { fromFrame, toFrame } from './frames.ts';
import type {
  ConnectOptions,
  Packet,
  SignalingTransport,
  TransportClosed,
  TransportConnection,
} from './SignalingTransport.ts';

/** The server's end of one connection. */
export interface MemoryServerConnection {
  readonly params: Readonly<Record<string, string>>;
  readonly closed: boolean;
  onPacket: (packet: Packet) => void;
  onClosed: () => void;
  send(packet: Packet): void;
  /** As a server closes: `by: 'server'` stands for close code 4000. */
  close(closed?: TransportClosed): void;
}

export interface MemoryTransportOptions {
  /** Called for each connection, before the client's `connect` resolves. A throw refuses the connection. */
  readonly onConnection: (connection: MemoryServerConnection) => void;
  /**
   * How a packet gets across. Default: a microtask later, as a structured clone through JSON, so that neither end holds the
   * other's objects. A test that wants to delay, drop or reorder gives its own.
   */
  readonly deliver?: (packet: Packet, direction: 'toServer' | 'toClient', arrive: (packet: Packet) => void) => void;
}

/** As the frames of a socket: null for what is no packet. */
const throughJson = (packet: Packet): Packet | null => fromFrame(JSON.parse(JSON.stringify(toFrame(packet))));

/** A transport without a network: the client's end here, the server's end handed to `onConnection`. For tests and benches. */
export class MemoryTransport implements SignalingTransport {
  readonly #options: MemoryTransportOptions;

  constructor(options: MemoryTransportOptions) {
    this.#options = options;
  }

  connect(options: ConnectOptions): Promise<TransportConnection> {
    const opened = deferred<void>();
    const connecting = this.#connect(options, opened.promise);
    // After whoever awaits the connection: no socket closes before it has opened.
    void connecting.then(
      () => {
        queueMicrotask(opened.resolve);
      },
      () => {},
    );
    return connecting;
  }

  async #connect(
    { params, signal, onPacket, onMalformed, onClosed }: ConnectOptions,
    opened: Promise<void>,
  ): Promise<TransportConnection> {
    if (signal.aborted) throw attemptGivenUp();
    const deliver =
      this.#options.deliver ??
      ((packet, direction, arrive) => {
        const copy = throughJson(packet);
        queueMicrotask(() => {
          if (copy !== null) arrive(copy);
          else if (direction === 'toClient') onMalformed('a packet that is no frame');
        });
      });
    /** `closing`: the server has closed, and what it had sent before is still on its way. */
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
      onPacket: () => {},
      onClosed: () => {},
      send: (packet) => {
        if (state !== 'open') return;
        deliver(packet, 'toClient', (arrived) => {
          if (state !== 'closed') onPacket(arrived);
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
      throw error instanceof TureenError
        ? error
        : new TureenError('connectionFailed', 'the connection was refused', { cause: error });
    }
    // The attempt may be given up until the connection has opened, as with a socket.
    await Promise.resolve();
    if (signal.aborted) throw attemptGivenUp();
    return {
      send: (packet) => {
        if (state !== 'open') throw new TureenError('connectionLost', 'the connection is closed');
        deliver(packet, 'toServer', (arrived) => {
          if (state === 'open') server.onPacket(arrived);
        });
      },
      close: leave,
    };
  }
}
