import { randomBytes } from 'node:crypto';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { PushPullUser } from './PushPullUser.ts';

/** The users of this dialect, by what their clients know of them. */
export class UserDirectory {
  readonly #registry: RoomRegistry;
  readonly #users = new WeakMap<Peer, PushPullUser>();
  /** Each user's one valid token. */
  readonly #tokens = new Map<PushPullUser, string>();

  constructor(registry: RoomRegistry) {
    this.#registry = registry;
  }

  add(user: PushPullUser): void {
    this.#users.set(user.peer, user);
    user.peer.on('closed', () => {
      this.#tokens.delete(user);
    });
  }

  /** Who is there under that id; undefined for a peer of another dialect. */
  find(roomId: string, userId: string): PushPullUser | undefined {
    const peer = this.#registry.get(roomId)?.peers.get(userId);
    return peer === undefined ? undefined : this.#users.get(peer);
  }

  /** What its next connection takes it up with; the one before is void. 128 bits. */
  issueToken(user: PushPullUser): string {
    const token = randomBytes(16).toString('base64url');
    this.#tokens.set(user, token);
    return token;
  }

  isToken(user: PushPullUser, token: string | undefined): boolean {
    return token !== undefined && this.#tokens.get(user) === token;
  }
}
