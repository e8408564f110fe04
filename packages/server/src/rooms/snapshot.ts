import type { MediaKind } from '@tureen/protocol/common';
import type { Peer } from './Peer.ts';

/** State of a room, as a plain object. */
export interface RoomSnapshot {
  readonly id: string;
  /** Joined peers, including hidden peers. */
  readonly peers: readonly PeerSnapshot[];
  /** Number of hidden peers among them: they watch and listen, and no other peer knows of them. */
  readonly hiddenPeers: number;
}

/** State of a peer, as a plain object. */
export interface PeerSnapshot {
  readonly id: string;
  readonly dialect: string;
  readonly displayName: string;
  readonly hidden: boolean;
  /** Whether the peer is disconnected and may resume. */
  readonly reconnecting: boolean;
  readonly transports: readonly { id: string; iceState: string; dtlsState: string }[];
  readonly producers: readonly { id: string; kind: MediaKind; paused: boolean }[];
  readonly consumers: readonly { id: string; kind: MediaKind; paused: boolean; producerId: string }[];
  readonly dataProducers: readonly { id: string; label: string }[];
  readonly dataConsumers: readonly { id: string; label: string }[];
}

/** Returns a peer as a plain object. */
export function snapshotOfPeer(peer: Peer): PeerSnapshot {
  return {
    id: peer.id,
    dialect: peer.dialect,
    displayName: peer.displayName,
    hidden: peer.hidden,
    reconnecting: peer.reconnecting,
    transports: [...peer.transports.values()].map(({ id, iceState, dtlsState }) => ({ id, iceState, dtlsState })),
    producers: [...peer.sending.producers.values()].map(({ id, kind, paused }) => ({ id, kind, paused })),
    consumers: [...peer.receiving.consumers.values()].map(({ id, kind, paused, producer }) => ({
      id,
      kind,
      paused,
      producerId: producer.id,
    })),
    dataProducers: [...peer.sending.dataProducers.values()].map(({ id, label }) => ({ id, label })),
    dataConsumers: [...peer.receiving.dataConsumers.values()].map(({ id, label }) => ({ id, label })),
  };
}
