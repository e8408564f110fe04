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
 * What is done for media that broke, the gentlest first: new network paths for the transports there are, a transport made anew
 * with what it carried, a new session. What a dialect lacks is skipped.
 */
export type RecoveryStep = 'restartIce' | 'rebuild' | 'rejoin';

/** Every event of a Room, with its one payload. The table with each dialect's message is in `docs/events.md`. */
export interface RoomEvents<Types extends RoomAppData = RoomAppData> {
  /** Someone is in the room; `existing` when they were there before us. v3: `newPeer`, `join` response. */
  newPeer: { peer: PeerOf<Types>; existing: boolean };
  /** Someone is gone, after their consumers. v3: `peerClosed`, `peerLeft`, `peerLeaveCall`. */
  peerClosed: { peer: PeerOf<Types>; reason: PeerCloseReason; detail?: string | undefined; appData?: unknown };
  /** Someone's connection dropped and the server holds their place. */
  peerReconnecting: { peer: PeerOf<Types> };
  peerReconnected: { peer: PeerOf<Types> };
  peerDisplayNameChanged: { peer: PeerOf<Types>; oldDisplayName: string };
  /** Someone's track can be received: `consumer.track` is there (unless not subscribed). v3: `newConsumer`. */
  newConsumer: { consumer: ConsumerOf<Types>; peer: PeerOf<Types> };
  consumerClosed: { consumer: ConsumerOf<Types>; reason: ConsumerCloseReason; detail?: string | undefined };
  /** At each edge of `localPaused` (by 'local') and of `remotePaused`. */
  consumerPaused: { consumer: ConsumerOf<Types>; by: Actor };
  consumerResumed: { consumer: ConsumerOf<Types>; by: Actor };
  /** The layers that reach us; both null while none does. v3: `consumerLayersChanged`. */
  consumerLayersChanged: {
    consumer: ConsumerOf<Types>;
    spatialLayer: number | null;
    temporalLayer: number | null;
    profile?: string | undefined;
  };
  consumerPreferredLayersSet: {
    consumer: ConsumerOf<Types>;
    spatialLayer: number | null;
    temporalLayer: number | null;
    profile?: string | undefined;
  };
  consumerScore: { consumer: ConsumerOf<Types>; score: ConsumerScore };
  /** Someone produces what nothing here can decode. */
  consumerUnsupported: { peer: PeerOf<Types>; producerId: string; kind: MediaKind; reason?: string | undefined };
  producerScore: { producer: ProducerOf<Types>; score: readonly StreamScore[] };
  newDataConsumer: { dataConsumer: DataConsumerOf<Types>; peer: PeerOf<Types> | null };
  dataConsumerClosed: {
    dataConsumer: DataConsumerOf<Types>;
    reason: DataConsumerCloseReason;
    detail?: string | undefined;
  };
  producerClosed: { producer: ProducerOf<Types>; by: Actor; reason: ProducerCloseReason; detail?: string | undefined };
  /** With a `reason` when nobody wished it: there is no track that could be sent. */
  producerPaused: { producer: ProducerOf<Types>; by: Actor; reason?: TrackFailure | undefined };
  producerResumed: { producer: ProducerOf<Types>; by: Actor };
  /** A camera or microphone of ours was replaced, or opened anew; the others notice nothing. Local in every dialect. */
  producerDeviceChanged: { producer: ProducerOf<Types>; deviceId: string; label: string; reason: DeviceChangeReason };
  /** The source of a track of ours gives nothing for the moment, or again. Local, and nothing is paused by it. */
  producerMuteChanged: { producer: ProducerOf<Types>; muted: boolean };
  dataProducerClosed: { dataProducer: DataProducerOf<Types>; by: Actor; reason: DataProducerCloseReason };
  /** The server closed a transport, with all that was on it. The room joins anew: `reconnecting` follows. */
  transportClosed: { direction: TransportDirection; reason: string };
  /** The media connection of one direction changed its state. Local in every dialect. */
  transportStateChanged: { direction: TransportDirection; state: MediaConnectionState };
  /** Media broke while signalling stands, and is being repaired by this step. Local in every dialect. */
  transportRecovering: { direction: TransportDirection; step: RecoveryStep; reason: string };
  /** It is repaired; `step` was the last that was taken. */
  transportRecovered: { direction: TransportDirection; step: RecoveryStep };
  /** After `room.stats.enable()`: the server's statistics of one transport. */
  transportStats: { direction: TransportDirection; stats: readonly ServerStat[] };
  producerStats: { producer: ProducerOf<Types>; stats: readonly ServerStat[] };
  consumerStats: { consumer: ConsumerOf<Types>; stats: readonly ServerStat[] };
  /** Who speaks (null: nobody); volume in dBov, -127 to 0. `peer` is also null when it is us: then `isLocal`. */
  activeSpeaker: { peer: PeerOf<Types> | null; isLocal: boolean; volume?: number | undefined };
  /** Everyone who speaks at the moment, loudest first; volumes in dBov. Only from servers that say so. */
  speakingPeers: { speakers: readonly { peer: PeerOf<Types> | null; peerId: string; volume: number }[] };
  textMessage: { peer: PeerOf<Types>; text: string };
  /** The server's estimate of what can be sent to us, bit/s. */
  downlinkBwe: { desiredBitrate: number; effectiveDesiredBitrate: number; availableBitrate: number };
  serverVersion: { version: string };
  /**
   * Codecs of the router that this browser cannot receive, where the server has no message for a track that is withheld. Once
   * joined, at most once for each session.
   */
  codecsUnsupported: { codecs: readonly RtpCodecCapability[] };
  /** The server closed the room, or evicted this peer. `detail` is the server's text for people. `left` follows. */
  roomClosed: { reason: EndedByServerReason; detail?: string | undefined; appData?: unknown };
  stateChanged: { state: RoomState; previous: RoomState; reason: string };
  /**
   * The room tries to reconnect in `delayMs` ms, or sooner if the network or the user returns. `waitingForNetwork`: the browser
   * is offline, so that `attempt` does not count up.
   */
  reconnecting: { attempt: number; delayMs: number; reason: string; waitingForNetwork: boolean };
  /** We are back; `resumed` when the server had kept our place. */
  reconnected: { resumed: boolean };
  /** The browser found a network or lost it, from `join()` until the session ends. Local in every dialect. */
  networkChanged: { online: boolean };
  /** The session ended; once per session. `detail` is the server's text for people, where the server gave one. */
  left: { reason: LeaveReason; detail?: string | undefined };
  /** The browser wants a user gesture before it plays: show a button that calls `room.startPlayback()`. */
  playbackBlocked: { consumer: ConsumerOf<Types>; element: HTMLMediaElement; error: TureenError };
  /** A media key, the system, controls or the app paused an attached element. `room.startPlayback()` plays it. */
  playbackPaused: { consumer: ConsumerOf<Types>; element: HTMLMediaElement };
  /** A listener of the app threw. Nothing else was disturbed. Where nobody listens to this, browsers get it by `reportError`. */
  listenerError: { event: string; error: unknown };
  /** Something that was done in the background failed; nobody's promise said so. */
  requestFailed: { method: string; error: TureenError };
}

/** Tells the listeners of the room; what the parts of a room are given instead of the room. */
export type Announce = <K extends keyof RoomEvents>(event: K, payload: RoomEvents[K]) => void;
