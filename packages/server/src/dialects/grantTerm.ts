import type { Clock } from '@tureen/kernel';
import type { Peer } from '../rooms/Peer.ts';
import type { Grant } from './grant.ts';

/** Pending end of each peer whose grant expires. */
const terms = new WeakMap<Peer, { cancel: () => void }>();

/**
 * Ends the session of a peer when the grant of its connection expires, also while the peer is disconnected. Replaces the
 * term of an earlier grant: a resumed peer has the term of its new connection's grant.
 */
export function holdToTerm(peer: Peer, grant: Grant | undefined, clock: Clock): void {
  terms.get(peer)?.cancel();
  const expiresAt = grant?.expiresAt;
  if (expiresAt === undefined || peer.state === 'closed') return;
  const cancel = clock.after(Math.max(0, expiresAt - Date.now()), () => {
    peer.close({ reason: 'tokenExpired' });
  });
  const term = terms.get(peer);
  if (term !== undefined) {
    term.cancel = cancel;
    return;
  }
  const first = { cancel };
  terms.set(peer, first);
  peer.once('closed', () => {
    first.cancel();
  });
}
