import { PeerNames } from './PeerNames.ts';

/** The user of a room at the server, across all its sessions. */
export class UserIdentity {
  /** Ids of the room's pushers. After a resume by `join` they are still at the server, over dead connections. */
  readonly pushers = new Set<string>();
  /** Peers by their user ids. */
  readonly names = new PeerNames();
  /** The server answered a heartbeat, in this session or one before. */
  answersHeartbeats = false;
  /** The room joins under a fresh user id after a loss, and does not resume. */
  readonly rejoins: boolean;
  readonly #peerId: string;
  readonly #ids: Set<string>;

  constructor(peerId: string, rejoins: boolean) {
    this.#peerId = peerId;
    this.rejoins = rejoins;
    this.#ids = new Set();
  }

  /** Returns the user id for the next join: the peer id, then `alice~2` and so on where the room rejoins. */
  next(): string {
    const isFirst = this.#ids.size === 0 || !this.rejoins;
    const id = isFirst ? this.#peerId : `${this.#peerId}~${this.#ids.size + 1}`;
    this.#ids.add(id);
    return id;
  }

  /** Whether the user is this room, now or before: a server that missed a leave lists the former ids too. */
  has(userId: string): boolean {
    return userId === this.#peerId || this.#ids.has(userId);
  }
}
