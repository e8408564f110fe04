import type { MediaConnectionState, MediaProducer } from '../../media/MediaEngine.ts';
import type { PeerConnectionHandlers } from '../../media/PeerConnectionMedia.ts';
import type { TransportDirection } from '../../room/entityInfo.ts';

/** States, the worst first. */
const bySeverity: readonly MediaConnectionState[] = ['failed', 'disconnected', 'connecting', 'new', 'connected'];

/** Connection with the tracks that it carries. */
export interface Connection extends PeerConnectionHandlers {
  carries: readonly Pick<MediaProducer, 'id' | 'closed' | 'close'>[];
  wasConnected: boolean;
}

/** Reports the connections of each direction as one transport, which has the worst of their states. */
export class ConnectionStates {
  readonly #onState: (direction: TransportDirection, state: MediaConnectionState) => void;
  readonly #connections = {
    send: new Map<Connection, MediaConnectionState>(),
    recv: new Map<Connection, MediaConnectionState>(),
  };
  readonly #reported: Partial<Record<TransportDirection, MediaConnectionState>> = {};

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

  /** Returns whether the connection of a received track is connected. */
  isConnected(track: Connection['carries'][number]): boolean {
    for (const [{ carries }, state] of this.#connections.recv)
      if (carries.includes(track)) return state === 'connected';
    return false;
  }

  /** Handles a sent track that the server lost: its connection fails, if it was connected before. Returns whether it fails. */
  fail(id: string): boolean {
    for (const connection of this.#connections.send.keys()) {
      const isCarried = connection.carries.some((one) => one.id === id && !one.closed);
      if (!connection.wasConnected || !isCarried) continue;
      connection.onConnectionState('failed');
      return true;
    }
    return false;
  }

  /** Closes the tracks for which `shouldEnd` returns true. Returns their IDs. */
  end(shouldEnd: (id: string, state: MediaConnectionState, direction: TransportDirection) => boolean): string[] {
    const ended: string[] = [];
    for (const direction of ['send', 'recv'] as const)
      for (const [{ carries }, state] of [...this.#connections[direction]])
        for (const track of carries) {
          if (track.closed || !shouldEnd(track.id, state, direction)) continue;
          ended.push(track.id);
          track.close();
        }
    return ended;
  }

  #update(direction: TransportDirection): void {
    const states = new Set(this.#connections[direction].values());
    const worst = bySeverity.find((state) => states.has(state)) ?? 'new';
    if (worst === this.#reported[direction]) return;
    this.#reported[direction] = worst;
    this.#onState(direction, worst);
  }
}
