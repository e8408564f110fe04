import type { MediaConnectionState, MediaProducer } from '../../media/MediaEngine.ts';
import type { PeerConnectionHandlers } from '../../media/PeerConnectionMedia.ts';
import type { TransportDirection } from '../../room/entityInfo.ts';

/** The worst first. */
const bySeverity: readonly MediaConnectionState[] = ['failed', 'disconnected', 'connecting', 'new', 'connected'];

/** One of the connections, with the tracks that it carries. */
export interface Connection extends PeerConnectionHandlers {
  carries: readonly Pick<MediaProducer, 'id' | 'closed' | 'close'>[];
  wasConnected: boolean;
}

/** The state of all connections of a direction as that of one transport: that of the worst. */
export class ConnectionStates {
  readonly #onState: (direction: TransportDirection, state: MediaConnectionState) => void;
  readonly #connections = {
    send: new Map<Connection, MediaConnectionState>(),
    recv: new Map<Connection, MediaConnectionState>(),
  };
  readonly #told: Partial<Record<TransportDirection, MediaConnectionState>> = {};

  constructor(onState: (direction: TransportDirection, state: MediaConnectionState) => void) {
    this.#onState = onState;
  }

  add(direction: TransportDirection): Connection {
    const connection: Connection = {
      carries: [],
      wasConnected: false,
      onConnectionState: (state) => {
        connection.wasConnected ||= state === 'connected';
        if (state === 'closed') this.#connections[direction].delete(connection);
        else this.#connections[direction].set(connection, state);
        this.#update(direction);
      },
    };
    return connection;
  }

  /** Whether the connection that a track comes over stands. */
  isConnected(track: Connection['carries'][number]): boolean {
    for (const [{ carries }, state] of this.#connections.recv)
      if (carries.includes(track)) return state === 'connected';
    return false;
  }

  /** The server has lost a track of ours. Whether it was on its way once, and is wanted still: then it has failed for us too. */
  fail(id: string): boolean {
    for (const connection of this.#connections.send.keys()) {
      const isMeant = connection.carries.some((one) => one.id === id && !one.closed);
      if (!connection.wasConnected || !isMeant) continue;
      connection.onConnectionState('failed');
      return true;
    }
    return false;
  }

  /** Ends such tracks. Their ids. */
  end(isSuch: (id: string, state: MediaConnectionState, direction: TransportDirection) => boolean): string[] {
    const ended: string[] = [];
    for (const direction of ['send', 'recv'] as const)
      for (const [{ carries }, state] of [...this.#connections[direction]])
        for (const track of carries) {
          if (track.closed || !isSuch(track.id, state, direction)) continue;
          ended.push(track.id);
          track.close();
        }
    return ended;
  }

  #update(direction: TransportDirection): void {
    const states = new Set(this.#connections[direction].values());
    const worst = bySeverity.find((state) => states.has(state)) ?? 'new';
    if (worst === this.#told[direction]) return;
    this.#told[direction] = worst;
    this.#onState(direction, worst);
  }
}
