import type { MediaKind, Source } from '@tureen/protocol/common';
import type { ConsumerScore, DeviceInfo, Layers } from './entityInfo.ts';
import type { TrackFailure } from './local/ManagedTrack.ts';
import type { RoomState } from './session/roomMachine.ts';

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

export interface PeerSnapshot {
  readonly id: string;
  readonly displayName: string;
  readonly device: DeviceInfo;
  readonly reconnecting: boolean;
  readonly consumers: readonly ConsumerSnapshot[];
}

export interface ProducerSnapshot {
  /** Key in `room.producers`. */
  readonly localId: string;
  readonly id: string | null;
  readonly kind: MediaKind;
  readonly source: Source;
  readonly paused: boolean;
  /** Why there is no track that lives; null while there is one. */
  readonly loss: TrackFailure | null;
}

/** The room as plain data. The same object until something changes, so that it can be compared by `===`. */
export interface RoomSnapshot {
  readonly state: RoomState;
  readonly roomId: string;
  readonly peerId: string;
  readonly displayName: string;
  readonly peers: readonly PeerSnapshot[];
  readonly producers: readonly ProducerSnapshot[];
  readonly activeSpeakerId: string | null;
}
