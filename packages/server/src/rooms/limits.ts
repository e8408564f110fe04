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
}

export const defaultLimits: RoomLimits = {
  maxRooms: 1000,
  maxPeersPerRoom: 100,
  maxTransportsPerPeer: 16,
  maxProducersPerPeer: 32,
};

/** Counts what is there and what is being made, so that many requests at once do not get past a limit. */
export class Allowance {
  readonly #max: number;
  readonly #isExceeded: () => Error;
  #taken = 0;

  constructor(max: number, isExceeded: () => Error) {
    this.#max = max;
    this.#isExceeded = isExceeded;
  }

  /** Throws where there is none left. */
  take(): void {
    if (this.#taken >= this.#max) throw this.#isExceeded();
    this.#taken += 1;
  }

  giveBack(): void {
    this.#taken -= 1;
  }
}
