import { PeerNames } from './PeerNames.ts';

/** As whom a Room has been at the server, over all its attempts, and what it needs to come back. */
export class UserIdentity {
  /** Good for one return; from the last answer to join. */
  resumeToken: string | undefined;
  /** What is pushed, as the server calls it: where one comes back it is there still, and over a dead connection. */
  readonly pushers = new Set<string>();
  /** Peers by their user ids. */
  readonly names = new PeerNames();
  /** The server answered a heartbeat, in this session or one before. */
  answersHeartbeats = false;
  readonly comesBackAnew: boolean;
  readonly #peerId: string;
  readonly #ids: Set<string>;

  constructor(peerId: string, comesBackAnew: boolean) {
    this.#peerId = peerId;
    this.comesBackAnew = comesBackAnew;
    this.#ids = new Set();
  }

  /** The id for another join: the room's own, then `alice~2` and so on where one comes back anew. */
  next(): string {
    const isFirst = this.#ids.size === 0 || !this.comesBackAnew;
    const id = isFirst ? this.#peerId : `${this.#peerId}~${this.#ids.size + 1}`;
    this.#ids.add(id);
    return id;
  }

  /** Whether that is us, now or before: a server that never heard us leave lists all of them. */
  has(userId: string): boolean {
    return userId === this.#peerId || this.#ids.has(userId);
  }
}
