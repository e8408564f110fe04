import type { Clock } from '@tureen/kernel';
import type { RtpCapabilities } from '@tureen/protocol/common';
import type { MediaRouter } from '../engine/port/MediaRouter.ts';
import type { FairTurns } from '../shared/FairTurns.ts';
import type { DataProducer } from './DataProducer.ts';
import type { RoomLimits } from './limits.ts';
import type { EarlyKeyFrameCounts } from './EarlyKeyFrames.ts';
import type { Peer } from './Peer.ts';
import type { PeerClosing } from './PeerEvents.ts';
import type { JoinOptions } from './PeerOptions.ts';
import type { Producer, ProducerActor } from './Producer.ts';

/** Media and limits of a room, from which its peers create transports, producers and consumers. */
export interface RoomResources {
  readonly router: MediaRouter;
  readonly limits: RoomLimits;
  /** Schedules the creation of consumers, for all peers of the server. */
  readonly turns: FairTurns;
  readonly clock: Clock;
  /** Numbers of early key frames, of all rooms of the server. */
  readonly earlyKeyFrameCounts: EarlyKeyFrameCounts;
}

/** Interface of a room for the dialect of a peer. */
export interface RoomView {
  readonly id: string;
  readonly closed: boolean;
  /** Capabilities of the router. */
  readonly rtpCapabilities: RtpCapabilities;
  /** Returns the other joined peers, without hidden peers. */
  othersOf(peer: Peer): readonly Peer[];
  /** Resolves when every pending consumer in the room is announced to its owner. */
  whenOffersMade(): Promise<void>;
}

/** Changes that a peer reports to its room: those that other peers see. */
export interface PeerChanges {
  producerAdded: { readonly producer: Producer };
  producerClosed: { readonly producer: Producer; readonly reason: string };
  /** The producer was paused or resumed. */
  producerPaused: { readonly producer: Producer; readonly by: ProducerActor };
  dataProducerAdded: { readonly dataProducer: DataProducer };
  /** The media worker dropped messages of data channels. */
  messagesLost: { readonly count: number };
  /** `peer.reconnecting` changed. */
  reachabilityChanged: { readonly peer: Peer };
  displayNameChanged: { readonly peer: Peer; readonly oldDisplayName: string };
  textSent: { readonly peer: Peer; readonly text: string };
  /** The peer closed, after all its entities. */
  closed: { readonly peer: Peer; readonly closing: PeerClosing };
}

/** Interface of the room for its peer. */
export interface RoomAccess {
  readonly view: RoomView;
  /** Announces the peer to the others. @throws RoomError `duplicatedPeer`. */
  admit(peer: Peer, options: JoinOptions): void;
  /** Lists the producers of other peers and the server that this peer may receive. */
  sourcesFor(peer: Peer): Iterable<Producer | DataProducer>;
  report<K extends keyof PeerChanges>(change: K, details: PeerChanges[K]): void;
}
