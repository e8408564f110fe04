import type { MediaConnectionState, MediaProducer } from '../../media/MediaEngine.ts';
import type { PeerConnectionHandlers } from '../../media/PeerConnectionMedia.ts';
import type { TransportDirection } from '../../room/ports.ts';

/** The worst first. */
const bySeverity: readonly MediaConnectionState[] = ['failed', 'disconnected', 'connecting', 'new', 'connected'];

/** One of the connections. Counts as long as anything that it carries is open. */
export interface Connection extends PeerConnectionHandlers {
  carries: readonly Pick<MediaProducer, 'id' | 'closed' | 'close'>[] | null;
  /** It worked once: one that never did will not work the next time either. */
  wasConnected: boolean;
}

export interface ConnectionStatesOptions {
  readonly onState: (direction: TransportDirection, state: MediaConnectionState) => void;
  /** One that worked has failed for good. */
  readonly onBroken: (direction: TransportDirection) => void;
}

/** The state of all connections of a direction as that of one transport: that of the worst. */
export class ConnectionStates {
  readonly #options: ConnectionStatesOptions;
  readonly #connections = {
    send: new Map<Connection, MediaConnectionState>(),
    recv: new Map<Connection, MediaConnectionState>(),
  };
  readonly #told: Partial<Record<TransportDirection, MediaConnectionState>> = {};

  constructor(options: ConnectionStatesOptions) {
    this.#options = options;
  }

  add(direction: TransportDirection): Connection {
    const connection: Connection = {
      carries: null,
      wasConnected: false,
      onConnectionState: (state) => {
        this.#connections[direction].set(connection, state);
        if (state === 'connected') connection.wasConnected = true;
        this.#update(direction);
        if (state === 'failed' && connection.wasConnected) this.#options.onBroken(direction);
      },
    };
    return connection;
  }

  /** Whether that track was on its way once, and is wanted still. */
  wasSent(id: string): boolean {
    const isOf = ({ wasConnected, carries }: Connection) =>
      wasConnected && carries?.some((one) => one.id === id && !one.closed);
    return [...this.#connections.send.keys()].some(isOf);
  }

  /** Ends such tracks. */
  end(isSuch: (id: string) => boolean): void {
    for (const { carries } of [...this.#connections.send.keys(), ...this.#connections.recv.keys()])
      for (const track of carries ?? []) if (isSuch(track.id)) track.close();
  }

  #update(direction: TransportDirection): void {
    const connections = this.#connections[direction];
    for (const one of connections.keys())
      if (one.carries?.every(({ closed }) => closed) === true) connections.delete(one);
    const states = new Set(connections.values());
    const worst = bySeverity.find((state) => states.has(state));
    if (worst === undefined || worst === this.#told[direction]) return;
    this.#told[direction] = worst;
    this.#options.onState(direction, worst);
  }
}
