import type { MediaKind, RtpCodecCapability, ServerStat } from '@tureen/protocol/common';
import type { MediaConnectionState } from '../media/MediaEngine.ts';
import type { TureenError } from '../shared/errors.ts';
import type { ConsumerOf, DataConsumerOf, DataProducerOf, PeerOf, ProducerOf, RoomAppData } from './appData.ts';
import type {
  ConsumerCloseReason,
  DataConsumerCloseReason,
  DataProducerCloseReason,
  EndedByServerReason,
  LeaveReason,
  PeerCloseReason,
  ProducerCloseReason,
} from './closeReasons.ts';
import type { Actor, ConsumerScore, StreamScore, TransportDirection } from './entityInfo.ts';
import type { DeviceChangeReason, TrackFailure } from './local/ManagedTrack.ts';
import type { RoomState } from './session/roomMachine.ts';

/**
 * Recovery step for broken media, the least disruptive first. `restartIce`: new network paths for the existing transports.
 * `rebuild`: a new transport for the same tracks. `rejoin`: a new session. The room skips steps that the dialect does not
 * support.
 */
export type RecoveryStep = 'restartIce' | 'rebuild' | 'rejoin';

/** Events of a room. Each has one object as payload. `docs/events.md` lists the message of each dialect. */
export interface RoomEvents<Types extends RoomAppData = RoomAppData> {
  /** A remote peer is in the room. `existing`: the peer was there before this room joined. v3: `newPeer`, `join` response. */
  newPeer: { peer: PeerOf<Types>; existing: boolean };
  /** A remote peer left. Its consumers closed before. v3: `peerClosed`, `peerLeft`, `peerLeaveCall`. */
  peerClosed: { peer: PeerOf<Types>; reason: PeerCloseReason; detail?: string | undefined; appData?: unknown };
  /** The connection of a remote peer dropped, and the server keeps its place for the grace period. */
  peerReconnecting: { peer: PeerOf<Types> };
  /** A remote peer reconnected. Also emitted when this room reconnects and finds a reconnecting peer present. */
  peerReconnected: { peer: PeerOf<Types> };
  /** A remote peer changed its name; `peer.displayName` is the new name. */
  peerDisplayNameChanged: { peer: PeerOf<Types>; oldDisplayName: string };
  /**
   * A track of a remote peer can be received: `consumer.track` is set, unless the consumer is not subscribed or not supported.
   * v3: `newConsumer`.
   */
  newConsumer: { consumer: ConsumerOf<Types>; peer: PeerOf<Types> };
  /** A consumer closed. `detail`: text of a server whose reason the SDK does not know. */
  consumerClosed: { consumer: ConsumerOf<Types>; reason: ConsumerCloseReason; detail?: string | undefined };
  /** A consumer paused: `localPaused` (by `local`) or `remotePaused` changed to true. */
  consumerPaused: { consumer: ConsumerOf<Types>; by: Actor };
  /** `localPaused` or `remotePaused` changed to false. `consumer.paused` stays true while the other is true. */
  consumerResumed: { consumer: ConsumerOf<Types>; by: Actor };
  /** Layers that the server sends; both null while it sends none. v3: `consumerLayersChanged`. */
  consumerLayersChanged: {
    consumer: ConsumerOf<Types>;
    spatialLayer: number | null;
    temporalLayer: number | null;
    profile?: string | undefined;
  };
  /** The server confirmed the preferred layers. mediasoup-v2 only. */
  consumerPreferredLayersSet: {
    consumer: ConsumerOf<Types>;
    spatialLayer: number | null;
    temporalLayer: number | null;
    profile?: string | undefined;
  };
  /** Quality of a consumer, 0 to 10. v3: `consumerScore`. */
  consumerScore: { consumer: ConsumerOf<Types>; score: ConsumerScore };
  /**
   * A remote peer produces a track that this browser cannot decode. In mediasoup-v3 only from servers that announce
   * `consumerUnsupported`.
   */
  consumerUnsupported: { peer: PeerOf<Types>; producerId: string; kind: MediaKind; reason?: string | undefined };
  /** Quality of a producer at the server, 0 to 10 for each stream. v3: `producerScore`. */
  producerScore: { producer: ProducerOf<Types>; score: readonly StreamScore[] };
  /** A data channel of a remote peer can be received. `peer` is null for a channel of the server. v3: `newDataConsumer`. */
  newDataConsumer: { dataConsumer: DataConsumerOf<Types>; peer: PeerOf<Types> | null };
  /** A data consumer closed. `detail`: text of a server whose reason the SDK does not know. */
  dataConsumerClosed: {
    dataConsumer: DataConsumerOf<Types>;
    reason: DataConsumerCloseReason;
    detail?: string | undefined;
  };
  /** A local producer closed. `detail`: text of a server whose reason the SDK does not know. */
  producerClosed: { producer: ProducerOf<Types>; by: Actor; reason: ProducerCloseReason; detail?: string | undefined };
  /** A local producer paused. With a `reason` when its track failed, and no call paused the producer. */
  producerPaused: { producer: ProducerOf<Types>; by: Actor; reason?: TrackFailure | undefined };
  /** A local producer resumed. */
  producerResumed: { producer: ProducerOf<Types>; by: Actor };
  /**
   * A local producer sends the track of another device, or of the same device captured again. Remote consumers are unaffected.
   * Local in every dialect.
   */
  producerDeviceChanged: { producer: ProducerOf<Types>; deviceId: string; label: string; reason: DeviceChangeReason };
  /**
   * The source of a local track stopped delivering media, or started again. The producer is not paused. Local in every dialect.
   */
  producerMuteChanged: { producer: ProducerOf<Types>; muted: boolean };
  /** A local data producer closed. */
  dataProducerClosed: { dataProducer: DataProducerOf<Types>; by: Actor; reason: DataProducerCloseReason };
  /** The server closed a transport and everything on it. The room rejoins: `reconnecting` follows. */
  transportClosed: { direction: TransportDirection; reason: string };
  /** The media connection of one direction changed its state. Local in every dialect. */
  transportStateChanged: { direction: TransportDirection; state: MediaConnectionState };
  /**
   * The room recovers media that broke while signaling works, by this step. `reason` is a text for people. Local in every
   * dialect.
   */
  transportRecovering: { direction: TransportDirection; step: RecoveryStep; reason: string };
  /**
   * The recovery ended: the transport is connected again, or a new session began. `step`: the last step taken. Local in every
   * dialect.
   */
  transportRecovered: { direction: TransportDirection; step: RecoveryStep };
  /** The server's statistics of one transport, at each interval after `room.stats.enable()`. */
  transportStats: { direction: TransportDirection; stats: readonly ServerStat[] };
  /** The server's statistics of a producer, at each interval after `producer.enableStats()`. */
  producerStats: { producer: ProducerOf<Types>; stats: readonly ServerStat[] };
  /** The server's statistics of a consumer, at each interval after `consumer.enableStats()`. */
  consumerStats: { consumer: ConsumerOf<Types>; stats: readonly ServerStat[] };
  /**
   * Active speaker. `peer` is null when no peer speaks, and when the local peer does (`isLocal`). `volume` in dBov, -127 to 0.
   */
  activeSpeaker: { peer: PeerOf<Types> | null; isLocal: boolean; volume?: number | undefined };
  /**
   * All peers that speak, loudest first, with volumes in dBov. `peer` is null for the local peer. Empty once when all stop. Only
   * from servers that send `speakingPeers`.
   */
  speakingPeers: { speakers: readonly { peer: PeerOf<Types> | null; peerId: string; volume: number }[] };
  /** A remote peer sent a line of text. */
  textMessage: { peer: PeerOf<Types>; text: string };
  /** The server's estimate of the bandwidth to this client, in bit/s. v3: `downlinkBwe`. */
  downlinkBwe: { desiredBitrate: number; effectiveDesiredBitrate: number; availableBitrate: number };
  /** Version of mediasoup that the server runs. v3: `mediasoupVersion`, `mediasoup-version`. */
  serverVersion: { version: string };
  /**
   * Codecs of the router that this browser cannot receive, where the server has no message for a track that it withholds. At most
   * once per session, after the join.
   */
  codecsUnsupported: { codecs: readonly RtpCodecCapability[] };
  /** The server closed the room, or evicted this peer. `detail` is the server's text for people. `left` follows. */
  roomClosed: { reason: EndedByServerReason; detail?: string | undefined; appData?: unknown };
  /** `room.state` changed. `reason` is a text for people. */
  stateChanged: { state: RoomState; previous: RoomState; reason: string };
  /**
   * The room makes its next attempt to reconnect in `delayMs` ms, or sooner when the network or the user returns.
   * `waitingForNetwork`: the browser is offline, and the attempt does not count.
   */
  reconnecting: { attempt: number; delayMs: number; reason: string; waitingForNetwork: boolean };
  /** The room reconnected. `resumed`: the server kept the session; otherwise the room rejoined. */
  reconnected: { resumed: boolean };
  /** The browser found or lost a network, between `join()` and the end of the session. Local in every dialect. */
  networkChanged: { online: boolean };
  /** The session ended; once per session. `detail` is the server's text for people, where the server sent one. */
  left: { reason: LeaveReason; detail?: string | undefined };
  /** The browser requires a user gesture to play an element. Show a button that calls `room.startPlayback()`. */
  playbackBlocked: { consumer: ConsumerOf<Types>; element: HTMLMediaElement; error: TureenError };
  /** A media key, the system, a control of the page or the app paused an attached element. `room.startPlayback()` plays it. */
  playbackPaused: { consumer: ConsumerOf<Types>; element: HTMLMediaElement };
  /**
   * A listener or callback of the app threw or rejected. Other listeners still ran. Without a listener for this event, the
   * browser reports the error (`reportError`).
   */
  listenerError: { event: string; error: unknown };
  /** A background request failed, and no promise reported it. `method`: what failed. */
  requestFailed: { method: string; error: TureenError };
}

/** Emits an event on the room. The parts of a room get this function instead of the room. */
export type Announce = <K extends keyof RoomEvents>(event: K, payload: RoomEvents[K]) => void;
