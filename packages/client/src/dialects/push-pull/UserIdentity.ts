import { PeerNames } from './PeerNames.ts';

/** User of a room at the server, across all its sessions. */
export class UserIdentity {
  /** IDs of the room's pushers. After a resume by `join` the server still has them, over dead connections. */
  readonly pushers = new Set<string>();
  /** Peers by their user IDs. */
  readonly names = new PeerNames();
  /** Whether the server answered a heartbeat, in this session or an earlier one. */
  answersHeartbeats = false;
  /** Whether the room joins under a fresh user ID after a loss, instead of resuming. */
  readonly rejoins: boolean;
  readonly #peerId: string;
  readonly #ids: Set<string>;

  constructor(peerId: string, rejoins: boolean) {
    this.#peerId = peerId;
    this.rejoins = rejoins;
    this.#ids = new Set();
  }

  /** Returns the user ID for the next join: the peer ID, then `alice~2` and so on where the room rejoins. */
  next(): string {
    const isFirst = this.#ids.size === 0 || !this.rejoins;
    const id = isFirst ? this.#peerId : `${this.#peerId}~${this.#ids.size + 1}`;
    this.#ids.add(id);
    return id;
  }

  /** Returns whether the user is this room, now or before. A server that missed a leave lists the former IDs too. */
  has(userId: string): boolean {
    return userId === this.#peerId || this.#ids.has(userId);
  }
}
