import { emitOn } from '@tureen/kernel';
import type { Peer } from './Peer.ts';
import type { PeerEvents } from './PeerEvents.ts';

/** Emits an event of the peer; for its room and its entities. Has no effect on a closed peer. */
export function emitOnPeer<K extends keyof PeerEvents>(peer: Peer, event: K, payload: PeerEvents[K]): void {
  if (peer.state !== 'closed') emitOn(peer, event, payload);
}
