/** How much there may be. Beyond it, a `RoomError` says what there is too much of. */
export interface RoomLimits {
  /** Rooms at a time. Default 1000. */
  readonly maxRooms: number;
  /** Peers in one room, those about to join and hidden ones included. Default 100. */
  readonly maxPeersPerRoom: number;
  /** Transports of one peer. Undefined: what its dialect needs. Default undefined. */
  readonly maxTransportsPerPeer: number | undefined;
  /** Producers of one peer, and as many data producers. Default 32. */
  readonly maxProducersPerPeer: number;
  /** Consumers of one peer, and as many data consumers. Default 1000. */
  readonly maxConsumersPerPeer: number;
  /** Time that DTLS has from the moment a client connects its transport, in ms; 0: no end. Default 30 000. */
  readonly dtlsTimeoutMs: number;
}

/** What limits are left out. */
export const defaultLimits: RoomLimits = {
  maxRooms: 1000,
  maxPeersPerRoom: 100,
  maxTransportsPerPeer: undefined,
  maxProducersPerPeer: 32,
  maxConsumersPerPeer: 1000,
  dtlsTimeoutMs: 30_000,
};

/** One to send on, one to receive on, and one that is about to replace either. */
export const TRANSPORTS_PER_PEER = 3;

/** Fills in the defaults, and takes nothing else: the settings of a whole server fit too. */
export function toLimits(given: Partial<RoomLimits>): RoomLimits {
  const names = Object.keys(defaultLimits) as (keyof RoomLimits)[];
  return Object.fromEntries(names.map((name) => [name, given[name] ?? defaultLimits[name]])) as unknown as RoomLimits;
}

/** Counts what is there and what is being made, so that many requests at once do not get past a limit. */
export class Allowance {
  readonly #max: number;
  readonly #exceeded: () => Error;
  #taken = 0;

  constructor(max: number, exceeded: () => Error) {
    this.#max = max;
    this.#exceeded = exceeded;
  }

  /** Whether there is none left. */
  get isSpent(): boolean {
    return this.#taken >= this.#max;
  }

  /** Takes one for what `make` makes, until {@link giveBack}; nothing where that fails. Throws where there is none left. */
  async spend<T>(make: () => Promise<T>): Promise<T> {
    if (this.isSpent) throw this.#exceeded();
    this.#taken += 1;
    try {
      return await make();
    } catch (error) {
      this.giveBack();
      throw error;
    }
  }

  giveBack(): void {
    this.#taken -= 1;
  }
}
