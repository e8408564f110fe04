import { randomBytes } from 'node:crypto';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { PushPullUser } from './PushPullUser.ts';

/** Users of this dialect, by room and user ID, and their resume tokens. */
export class UserDirectory {
  readonly #registry: RoomRegistry;
  readonly #users = new WeakMap<Peer, PushPullUser>();
  /** The only valid token of each user. */
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

  /** Finds the user of that ID. Undefined for a peer of another dialect. */
  find(roomId: string, userId: string): PushPullUser | undefined {
    const peer = this.#registry.get(roomId)?.peers.get(userId);
    return peer === undefined ? undefined : this.#users.get(peer);
  }

  /** Returns a new token of 128 bits with which another connection can resume the user. Invalidates an earlier token. */
  issueToken(user: PushPullUser): string {
    const token = randomBytes(16).toString('base64url');
    this.#tokens.set(user, token);
    return token;
  }

  isToken(user: PushPullUser, token: string | undefined): boolean {
    return token !== undefined && this.#tokens.get(user) === token;
  }
}
