import type { MediaConnectionState } from '../../media/MediaEngine.ts';
import type { PeerConnectionHandlers } from '../../media/PeerConnectionMedia.ts';
import type { TransportDirection } from '../../room/ports.ts';

/** The worst first. */
const bySeverity: readonly MediaConnectionState[] = ['failed', 'disconnected', 'connecting', 'new', 'connected'];

/** One of the connections. Counts as long as anything that it carries is open. */
export interface Connection extends PeerConnectionHandlers {
  carries: readonly { readonly closed: boolean }[] | null;
}

/** The state of all connections of a direction as that of one transport: that of the worst. */
export class ConnectionStates {
  readonly #tell: (direction: TransportDirection, state: MediaConnectionState) => void;
  readonly #connections = {
    send: new Map<Connection, MediaConnectionState>(),
    recv: new Map<Connection, MediaConnectionState>(),
  };
  readonly #told: Partial<Record<TransportDirection, MediaConnectionState>> = {};

  constructor(tell: (direction: TransportDirection, state: MediaConnectionState) => void) {
    this.#tell = tell;
  }

  add(direction: TransportDirection): Connection {
    const connection: Connection = {
      carries: null,
      onConnectionState: (state) => {
        this.#connections[direction].set(connection, state);
        this.#update(direction);
      },
    };
    return connection;
  }

  #update(direction: TransportDirection): void {
    const connections = this.#connections[direction];
    for (const one of connections.keys())
      if (one.carries?.every(({ closed }) => closed) === true) connections.delete(one);
    const states = new Set(connections.values());
    const worst = bySeverity.find((state) => states.has(state));
    if (worst === undefined || worst === this.#told[direction]) return;
    this.#told[direction] = worst;
    this.#tell(direction, worst);
  }
}
