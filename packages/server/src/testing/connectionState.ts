import { emitOn } from '@tureen/kernel';
import type { MediasoupTransport } from '../engine/mediasoup/MediasoupTransport.ts';
import type { Peer } from '../rooms/Peer.ts';

/** Emits the worker's events about a peer's connections early: the worker notices a lost client only after half a minute. */
export function reportConnections(peer: Peer | undefined, state: 'connected' | 'lost' | 'found' | 'over'): void {
  for (const { media } of [...(peer?.transports.values() ?? [])]) {
    const engine = media as MediasoupTransport;
    if (state === 'connected') emitOn(engine, 'dtlsStateChanged', { state: 'connected' });
    if (state === 'over') emitOn(engine, 'dtlsStateChanged', { state: 'closed' });
    if (state === 'found') emitOn(engine, 'iceStateChanged', { state: 'completed' });
    if (state === 'lost') emitOn(engine, 'iceStateChanged', { state: 'disconnected' });
  }
}
