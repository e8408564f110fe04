import type { EndReason } from '@tureen/protocol/common';
import type { ConsumerScore, Layers } from '../engine/port/MediaConsumer.ts';
import type { StreamScore } from '../engine/port/MediaProducer.ts';
import type { Bwe } from '../engine/port/MediaTransport.ts';
import type { Consumer } from './Consumer.ts';
import type { DataConsumer } from './DataConsumer.ts';
import type { Peer } from './Peer.ts';
import type { Producer } from './Producer.ts';
import type { Transport } from './Transport.ts';

/** Actor of a change, from the receiver's view: another peer, or the server. */
export type Actor = 'remote' | 'server';

/** Reason why a peer left the room, or why the room closed: a reason for clients, or one that only the server uses. */
export type PeerCloseReason =
  | EndReason
  /** The connection of the peer closed. */
  | 'disconnected'
  /** The last visible peer left the room. */
  | 'empty'
  /** An earlier peer of the same client continues in place of this one. */
  | 'resumed'
  /** The room did not admit the peer. */
  | 'refused'
  /** The peer sent no heartbeat. Its dialect (push-pull) then lets the client join again on the same connection. */
  | 'forgotten';

/** Reason of a closed peer, with details. */
export interface PeerClosing {
  readonly reason: PeerCloseReason;
  /** Text for the person at the client, e.g. why the app removed them. Other peers do not receive the text. */
  readonly detail?: string | undefined;
  /** Data of the app from the actor that closed the peer; any JSON. */
  readonly appData?: unknown;
}

/** Volume of one peer, in dBov: -127 to 0. */
export interface SpeakerVolume {
  readonly peer: Peer;
  readonly volume: number;
}

/**
 * Events of a peer, which its dialect sends as notifications. Nothing follows `closed`. Events of other peers are emitted between
 * join and close only.
 */
export interface PeerEvents {
  newPeer: { peer: Peer };
  /** Emitted after the consumers of the peer's producers have closed. */
  peerClosed: { peer: Peer } & PeerClosing;
  peerDisplayNameChanged: { peer: Peer; oldDisplayName: string };
  textMessage: { peer: Peer; text: string };

  /** The peer is disconnected and may resume; its media may stop. */
  peerReconnecting: { peer: Peer };
  /** The peer resumed, with its earlier entities. */
  peerReconnected: { peer: Peer };

  /** Another peer has a new producer. For dialects whose clients choose what they pull; others use `newConsumer`. */
  newProducer: { producer: Producer };
  /** A producer of another peer closed, whether or not this peer consumes it. Follows `consumerClosed`. */
  remoteProducerClosed: { producer: Producer; reason: string };
  remoteProducerPaused: { producer: Producer; by: Actor };
  remoteProducerResumed: { producer: Producer; by: Actor };

  /** A consumer was created for this peer. No media flows until `consumer.accept()`. */
  newConsumer: { consumer: Consumer };
  /** This peer cannot decode that producer, so there is no consumer. */
  consumerUnsupported: { producer: Producer };
  /** Not emitted where the peer closed the consumer itself, or with its transport. */
  consumerClosed: { consumer: Consumer; reason: string };
  /** The producer, or the server, paused the consumer. */
  consumerPaused: { consumer: Consumer; by: Actor };
  consumerResumed: { consumer: Consumer; by: Actor };
  /** The server chose layers. */
  consumerPreferredLayersSet: { consumer: Consumer; layers: Layers };
  consumerScore: { consumer: Consumer; score: ConsumerScore };
  /** `layers`: null where nothing is sent. */
  consumerLayersChanged: { consumer: Consumer; layers: Layers | null };
  newDataConsumer: { dataConsumer: DataConsumer };
  dataConsumerClosed: { dataConsumer: DataConsumer; reason: string };
  /** The worker dropped messages to this peer, or from this peer to another. */
  messagesLost: { dataConsumer: DataConsumer; count: number };

  producerScore: { producer: Producer; score: readonly StreamScore[] };
  /** Not emitted where the peer closed the producer itself, or with its transport. */
  producerClosed: { producer: Producer; by: Actor; reason: string };
  producerPaused: { producer: Producer; by: Actor };
  producerResumed: { producer: Producer; by: Actor };

  /** Not emitted where the peer closed the transport itself. */
  transportClosed: { transport: Transport; reason: string };
  /** The ICE, DTLS or SCTP state changed; the transport has the new states. */
  transportStateChanged: { transport: Transport };
  downlinkBwe: { transport: Transport; bwe: Bwe };

  /** Dominant speaker; null for silence. */
  activeSpeaker: { peer: Peer | null };
  /** Speaking peers, the loudest first: at an interval during speech, and once empty when it ends. */
  speakingPeers: { volumes: readonly SpeakerVolume[] };

  /** The peer closed, after all its entities. */
  closed: PeerClosing;
}
