/** Splits `alice~2` into `alice` and 2. The first rejoin of a peer has number 2. */
function parse(userId: string): { readonly stem: string; readonly count: number } {
  const [, stem, count] = /^(.+)~([2-9]|[1-9]\d+)$/.exec(userId) ?? [];
  return stem === undefined ? { stem: userId, count: 1 } : { stem, count: Number(count) };
}

/**
 * Maps user IDs to peers. Usually both are the same. RTCPilot sends no notifications to a user that joins again under the same
 * ID, so clients rejoin under a fresh ID. A user `alice~2` that joins while `alice` is reconnecting is the peer `alice`. A room
 * keeps the map for all its sessions.
 */
export class PeerNames {
  /** Peers that have rejoined, by each of their user IDs. */
  readonly #peers = new Map<string, string>();
  /** Current user ID of each of these peers. */
  readonly #current = new Map<string, string>();
  /** Peers that are reconnecting. */
  readonly #reconnecting = new Set<string>();

  peerOf(userId: string): string {
    return this.#peers.get(userId) ?? userId;
  }

  /** Returns whether the peer has rejoined under a fresh user ID. The server lists the former ID for another minute. */
  isFormer(userId: string): boolean {
    const peerId = this.#peers.get(userId);
    return peerId !== undefined && this.#current.get(peerId) !== userId;
  }

  setReconnecting(userId: string, isReconnecting: boolean): void {
    if (isReconnecting) this.#reconnecting.add(this.peerOf(userId));
    else this.#reconnecting.delete(this.peerOf(userId));
  }

  /** Handles a new user ID. Returns the former user ID of a peer that rejoined, otherwise null. */
  rejoin(userId: string): string | null {
    const peerId = this.#peers.get(userId) ?? this.#find(userId);
    if (peerId === undefined) return null;
    const former = this.#current.get(peerId) ?? peerId;
    if (former === userId) return null;
    for (const id of [former, userId]) this.#peers.set(id, peerId);
    this.#current.set(peerId, userId);
    this.#reconnecting.delete(peerId);
    return former;
  }

  /** Removes a peer that has left. */
  forget(userId: string): void {
    const peerId = this.peerOf(userId);
    for (const [id, peer] of this.#peers) if (peer === peerId) this.#peers.delete(id);
    this.#current.delete(peerId);
    this.#reconnecting.delete(peerId);
  }

  /** Forgets peers that the server does not list. */
  retainOnly(userIds: ReadonlySet<string>): void {
    for (const userId of [...this.#current.values()]) if (!userIds.has(userId)) this.forget(userId);
  }

  #find(userId: string): string | undefined {
    const { stem, count } = parse(userId);
    if (count === 1) return undefined;
    if (this.#reconnecting.has(stem)) return stem;
    return [...this.#reconnecting].find((userId) => parse(userId).stem === stem && parse(userId).count < count);
  }
}
