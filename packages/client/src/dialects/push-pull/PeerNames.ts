/** `alice` from `alice~2`, and 2. A peer that rejoins under a fresh id counts up from 2. */
function parse(userId: string): { readonly stem: string; readonly count: number } {
  const [, stem, count] = /^(.+)~([2-9]|[1-9]\d+)$/.exec(userId) ?? [];
  return stem === undefined ? { stem: userId, count: 1 } : { stem, count: Number(count) };
}

/**
 * Which peer a user id belongs to. Usually the id is the peer's. But RTCPilot sends nothing more to a user that joins again
 * under the same id, so clients rejoin under a fresh one: `alice~2` that joins while `alice` is reconnecting is alice. Lives
 * as long as the room, over all its sessions.
 */
export class PeerNames {
  /** Peer by user id, of peers that have rejoined: all ids that they ever had. */
  readonly #peers = new Map<string, string>();
  /** Their user id of now. */
  readonly #current = new Map<string, string>();
  /** Peers that are reconnecting. */
  readonly #away = new Set<string>();

  peerOf(userId: string): string {
    return this.#peers.get(userId) ?? userId;
  }

  /** Whether a peer has left this user id for a fresh one. The server goes on listing the old one for a minute. */
  isFormer(userId: string): boolean {
    const peerId = this.#peers.get(userId);
    return peerId !== undefined && this.#current.get(peerId) !== userId;
  }

  setReconnecting(userId: string, isReconnecting: boolean): void {
    if (isReconnecting) this.#away.add(this.peerOf(userId));
    else this.#away.delete(this.peerOf(userId));
  }

  /** A user id that was not there. Where a peer has rejoined under it: the user id that the peer had before. */
  takeOver(userId: string): string | null {
    const peerId = this.#peers.get(userId) ?? this.#find(userId);
    if (peerId === undefined) return null;
    const former = this.#current.get(peerId) ?? peerId;
    if (former === userId) return null;
    for (const id of [former, userId]) this.#peers.set(id, peerId);
    this.#current.set(peerId, userId);
    this.#away.delete(peerId);
    return former;
  }

  /** The peer is gone, and its ids are free. */
  forget(userId: string): void {
    const peerId = this.peerOf(userId);
    for (const [id, peer] of this.#peers) if (peer === peerId) this.#peers.delete(id);
    this.#current.delete(peerId);
    this.#away.delete(peerId);
  }

  /** All that the server lists: forgets peers that are not there any more. */
  keep(userIds: ReadonlySet<string>): void {
    for (const userId of [...this.#current.values()]) if (!userIds.has(userId)) this.forget(userId);
  }

  #find(userId: string): string | undefined {
    const { stem, count } = parse(userId);
    if (count === 1) return undefined;
    if (this.#away.has(stem)) return stem;
    return [...this.#away].find((away) => parse(away).stem === stem && parse(away).count < count);
  }
}
