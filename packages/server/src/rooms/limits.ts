/** Limits of rooms and peers. A request beyond a limit fails with a `RoomError`. */
export interface RoomLimits {
  /** Rooms at a time. Default 1000. */
  readonly maxRooms: number;
  /** Peers in one room, including hidden peers and peers that have not joined. Default 100. */
  readonly maxPeersPerRoom: number;
  /** Transports of one peer. Default: what its dialect needs. */
  readonly maxTransportsPerPeer: number | undefined;
  /** Producers of one peer. The same number of data producers is allowed. Default 32. */
  readonly maxProducersPerPeer: number;
  /** Consumers of one peer. The same number of data consumers is allowed. Default 1000. */
  readonly maxConsumersPerPeer: number;
  /** Time for the DTLS handshake after a client connects its transport, in ms; 0 sets no limit. Default 30 000. */
  readonly dtlsTimeoutMs: number;
}

/** Defaults of {@link RoomLimits}. */
export const defaultLimits: RoomLimits = {
  maxRooms: 1000,
  maxPeersPerRoom: 100,
  maxTransportsPerPeer: undefined,
  maxProducersPerPeer: 32,
  maxConsumersPerPeer: 1000,
  dtlsTimeoutMs: 30_000,
};

/** Transports that a peer needs: one to send, one to receive, and one that replaces either. */
export const TRANSPORTS_PER_PEER = 3;

/** Fills in the defaults. Ignores other properties, so that the settings of the whole server fit too. */
export function toLimits(given: Partial<RoomLimits>): RoomLimits {
  const names = Object.keys(defaultLimits) as (keyof RoomLimits)[];
  return Object.fromEntries(names.map((name) => [name, given[name] ?? defaultLimits[name]])) as unknown as RoomLimits;
}
