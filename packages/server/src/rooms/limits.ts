/** How much there may be. Beyond it, a `RoomError` says what there is too much of. */
export interface RoomLimits {
  /** Rooms at a time. Default 1000. */
  readonly maxRooms: number;
  /** Peers in one room, those about to join and hidden ones included. Default 100. */
  readonly maxPeersPerRoom: number;
  /** Transports of one peer. Default 16. */
  readonly maxTransportsPerPeer: number;
  /** Producers of one peer, and as many data producers. Default 32. */
  readonly maxProducersPerPeer: number;
  /** Consumers of one peer, and as many data consumers. Default 1000. */
  readonly maxConsumersPerPeer: number;
}

/** What limits are left out. */
export const defaultLimits: RoomLimits = {
  maxRooms: 1000,
  maxPeersPerRoom: 100,
  maxTransportsPerPeer: 16,
  maxProducersPerPeer: 32,
  maxConsumersPerPeer: 1000,
};

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
