import type { MediaKind, Source } from '@tureen/protocol/common';
import type { ConsumerScore, DeviceInfo, Layers } from './entityInfo.ts';
import type { TrackFailure } from './local/ManagedTrack.ts';
import type { RoomState } from './session/roomMachine.ts';

/** State of a `Consumer` as plain data. The fields are those of the class. */
export interface ConsumerSnapshot {
  readonly id: string;
  readonly producerId: string;
  readonly kind: MediaKind;
  readonly source: Source;
  readonly paused: boolean;
  readonly localPaused: boolean;
  readonly remotePaused: boolean;
  readonly subscribed: boolean;
  readonly supported: boolean;
  readonly preferredLayers: Layers | null;
  readonly currentLayers: Layers | null;
  readonly score: ConsumerScore | null;
}

/** State of a `Peer` and its consumers as plain data. The fields are those of the class. */
export interface PeerSnapshot {
  readonly id: string;
  readonly displayName: string;
  readonly device: DeviceInfo;
  readonly reconnecting: boolean;
  readonly consumers: readonly ConsumerSnapshot[];
}

/** State of a `Producer` as plain data. The fields are those of the class. */
export interface ProducerSnapshot {
  /** Key in `room.producers`. */
  readonly localId: string;
  readonly id: string | null;
  readonly kind: MediaKind;
  readonly source: Source;
  readonly paused: boolean;
  /** Why the producer has no live track; null while it has one. */
  readonly loss: TrackFailure | null;
}

/** State of the room as plain data. The object stays the same until something changes, so `===` detects a change. */
export interface RoomSnapshot {
  readonly state: RoomState;
  readonly roomId: string;
  readonly peerId: string;
  readonly displayName: string;
  readonly peers: readonly PeerSnapshot[];
  readonly producers: readonly ProducerSnapshot[];
  /** Peer ID of the active speaker, which may be the local peer. Null while no peer speaks. */
  readonly activeSpeakerId: string | null;
}
