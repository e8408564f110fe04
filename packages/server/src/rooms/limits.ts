/** Limits of rooms and peers. A request above a limit fails with a `RoomError`. */
export interface RoomLimits {
  /** Maximum number of rooms. Default 1000. */
  readonly maxRooms: number;
  /** Maximum number of peers in one room, including hidden peers and peers that have not joined. Default 100. */
  readonly maxPeersPerRoom: number;
  /** Maximum number of peers in all rooms that have prepared their join and not joined yet. Default 200. */
  readonly maxPreparedPeers: number;
  /** Maximum number of transports of one peer. Default: the requirement of its dialect. */
  readonly maxTransportsPerPeer: number | undefined;
  /** Maximum number of producers of one peer, and of data producers. Default 32. */
  readonly maxProducersPerPeer: number;
  /** Maximum number of consumers of one peer, and of data consumers. Default 1000. */
  readonly maxConsumersPerPeer: number;
  /** Time for the DTLS handshake after a client connects its transport, in ms; 0: no limit. Default 30 000. */
  readonly dtlsTimeoutMs: number;
}

/** Defaults of {@link RoomLimits}. */
export const defaultLimits: RoomLimits = {
  maxRooms: 1000,
  maxPeersPerRoom: 100,
  maxPreparedPeers: 200,
  maxTransportsPerPeer: undefined,
  maxProducersPerPeer: 32,
  maxConsumersPerPeer: 1000,
  dtlsTimeoutMs: 30_000,
};

/** Number of transports that a peer needs: one to send, one to receive, and one that replaces either. */
export const TRANSPORTS_PER_PEER = 3;

/** Fills in the defaults. Ignores other properties, so that you can pass the settings of the whole server. */
export function toLimits(given: Partial<RoomLimits>): RoomLimits {
  const names = Object.keys(defaultLimits) as (keyof RoomLimits)[];
  return Object.fromEntries(names.map((name) => [name, given[name] ?? defaultLimits[name]])) as unknown as RoomLimits;
}
