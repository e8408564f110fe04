import type { EndReason } from '@tureen/protocol/common';
import type { ConsumerScore, Layers } from '../engine/port/MediaConsumer.ts';
import type { StreamScore } from '../engine/port/MediaProducer.ts';
import type { Bwe } from '../engine/port/MediaTransport.ts';
import type { Consumer } from './Consumer.ts';
import type { DataConsumer } from './DataConsumer.ts';
import type { Peer } from './Peer.ts';
import type { Producer } from './Producer.ts';
import type { Transport } from './Transport.ts';

/** Who did something to an entity, seen from the peer that is told: another peer, or the server. */
export type Actor = 'remote' | 'server';

/** Why a peer left the room, or why the room closed: a word that the client reads, or one of the server's own. */
export type PeerCloseReason =
  | EndReason
  /** The connection of the peer ended. */
  | 'disconnected'
  /** The last visible peer left the room. */
  | 'empty'
  /** An earlier peer of the same client continues in place of this one. */
  | 'resumed'
  /** The room did not admit the peer. */
  | 'refused'
  /** The peer sent no heartbeat; its dialect (push-pull) then lets the client join again on the same connection. */
  | 'forgotten';

/** How a peer's time in the room ended. */
export interface PeerClosing {
  readonly reason: PeerCloseReason;
  /** A text for the person at the client, e.g. why the app removed them. Other peers do not get it. */
  readonly detail?: string | undefined;
  /** From who ended it, for the app; any JSON. */
  readonly appData?: unknown;
}

/** One peer's volume, in dBov: -127 to 0. */
export interface SpeakerVolume {
  readonly peer: Peer;
  readonly volume: number;
}

/**
 * What a peer is told, for its dialect to put into words. Nothing comes after `closed`, and news of others only between
 * join and close.
 */
export interface PeerEvents {
  newPeer: { peer: Peer };
  /** After the consumers of its producers have closed. */
  peerClosed: { peer: Peer } & PeerClosing;
  peerDisplayNameChanged: { peer: Peer; oldDisplayName: string };
  textMessage: { peer: Peer; text: string };

  /** It is not gone yet, but nothing is heard of it; what it sends may stop. */
  peerReconnecting: { peer: Peer };
  /** It is back, with what it had. */
  peerReconnected: { peer: Peer };

  /** Another peer sends something. For dialects whose clients take what they want; consumers come as `newConsumer`. */
  newProducer: { producer: Producer };
  /** Another peer's, whether or not this one receives it. Comes after `consumerClosed`. */
  remoteProducerClosed: { producer: Producer; reason: string };
  remoteProducerPaused: { producer: Producer; by: Actor };
  remoteProducerResumed: { producer: Producer; by: Actor };

  /** A consumer was made for this peer. It sends nothing until `consumer.accept()`. */
  newConsumer: { consumer: Consumer };
  /** This peer cannot decode that producer: there will be no consumer. */
  consumerUnsupported: { producer: Producer };
  /** The peer did not do it itself. Consumers of a transport that closed are not told one by one. */
  consumerClosed: { consumer: Consumer; reason: string };
  /** At its source. */
  consumerPaused: { consumer: Consumer; by: Actor };
  consumerResumed: { consumer: Consumer; by: Actor };
  /** The server chose; where the owner does, it knows. */
  consumerPreferredLayersSet: { consumer: Consumer; layers: Layers };
  consumerScore: { consumer: Consumer; score: ConsumerScore };
  /** Null: nothing is being sent. */
  consumerLayersChanged: { consumer: Consumer; layers: Layers | null };
  newDataConsumer: { dataConsumer: DataConsumer };
  dataConsumerClosed: { dataConsumer: DataConsumer; reason: string };
  /** The worker dropped messages: of a data consumer of this peer, or of one that receives from this peer. */
  messagesLost: { dataConsumer: DataConsumer; count: number };

  producerScore: { producer: Producer; score: readonly StreamScore[] };
  /** The peer did not do it itself. Producers of a transport that closed are not told one by one. */
  producerClosed: { producer: Producer; by: Actor; reason: string };
  producerPaused: { producer: Producer; by: Actor };
  producerResumed: { producer: Producer; by: Actor };

  /** The peer did not do it itself. */
  transportClosed: { transport: Transport; reason: string };
  /** ICE or DTLS changed; the transport says how it stands now. */
  transportStateChanged: { transport: Transport };
  downlinkBwe: { transport: Transport; bwe: Bwe };

  /** Who leads the talk; null: nobody speaks. */
  activeSpeaker: { peer: Peer | null };
  /** The loudest first; at an interval while somebody speaks, and once empty when nobody does any more. */
  speakingPeers: { volumes: readonly SpeakerVolume[] };

  /** The peer's time in the room is over, and all that it had is closed. */
  closed: PeerClosing;
}
