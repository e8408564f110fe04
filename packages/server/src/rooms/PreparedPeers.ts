import type { Peer } from './Peer.ts';
import { RoomError } from './RoomError.ts';

/** Peers of all rooms that prepared their join and have not joined yet. They hold transports, so their number is limited. */
export class PreparedPeers {
  readonly #max: number;
  readonly #peers = new Set<Peer>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#peers.size;
  }

  /**
   * Adds a peer until it closes or is removed. Returns false where the peer was added before, or has closed meanwhile.
   * @throws RoomError `tooManyPrepared`.
   */
  add(peer: Peer): boolean {
    if (this.#peers.has(peer) || peer.state === 'closed') return false;
    if (this.#peers.size >= this.#max) throw new RoomError('tooManyPrepared');
    this.#peers.add(peer);
    peer.on('closed', () => {
      this.#peers.delete(peer);
    });
    return true;
  }

  /** Removes a peer that joins. */
  remove(peer: Peer): void {
    this.#peers.delete(peer);
  }
}
