import type { EndReason, MediaKind, RtpCodecCapability } from '@tureen/protocol/common';
import type {
  MediaConnectionState,
  MediaDataProduceOptions,
  MediaEngine,
  ProducerCodecOptions,
  ProducerEncoding,
} from '../media/MediaEngine.ts';
import type { Clock } from '../shared/clock.ts';
import type { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { ReconnectPolicy } from '../signaling/ReconnectPolicy.ts';
import type { SignalingTransport } from '../signaling/SignalingTransport.ts';
import type { Consumer } from './remote/Consumer.ts';
import type { DataConsumer } from './remote/DataConsumer.ts';
import type { DataProducer } from './local/DataProducer.ts';
import type { Peer } from './remote/Peer.ts';
import type {
  Actor,
  ConsumerOffer,
  ConsumerScore,
  DataConsumerOffer,
  DeviceInfo,
  Dialect,
  Layers,
  StreamScore,
  TransportDirection,
} from './ports.ts';
import type { Producer } from './local/Producer.ts';
import type { RoomState } from './session/roomMachine.ts';
import type { DeviceChangeReason, TrackFailure } from './local/ManagedTrack.ts';

/** What a consumer offer is judged by before anything is received. */
export type ConsumerOfferSummary = Pick<
  ConsumerOffer,
  'peerId' | 'producerId' | 'kind' | 'source' | 'type' | 'remotePaused' | 'appData'
>;

/** What a data consumer offer is judged by; `peerId` is null for one of the server itself. The fields of media are undefined. */
export type DataConsumerOfferSummary = Pick<
  DataConsumerOffer,
  'kind' | 'peerId' | 'dataProducerId' | 'label' | 'protocol' | 'appData'
> &
  Readonly<Partial<Record<'producerId' | 'source' | 'type' | 'remotePaused', undefined>>>;

/**
 * Which consumers and data consumers the room subscribes to: all, none (each is announced with `subscribed === false` and waits
 * for `setSubscribed(true)`), or those for which the function returns true; `offer.kind` is `audio`, `video` or `data`. The
 * function answers at once. Where it throws or returns a promise, the room subscribes and emits `listenerError`.
 */
export type ConsumePolicy = 'auto' | 'manual' | ((offer: ConsumerOfferSummary | DataConsumerOfferSummary) => boolean);

/** Options of `new Room()`. */
export interface RoomOptions {
  /** 1 to 128 characters. */
  readonly roomId: string;
  /** 1 to 128 characters, unique in the room: who joins with the id of another takes its place or is refused, by dialect. */
  readonly peerId: string;
  /** What the server speaks, e.g. `mediasoupV3()`. */
  readonly dialect: Dialect;
  /** What carries the messages, e.g. `new ProtooTransport({ url })`. */
  readonly transport: SignalingTransport;
  /** Default `'auto'`. */
  readonly consume?: ConsumePolicy | undefined;
  /** ms until an unanswered request rejects with `requestTimeout`. Default 20 000. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * When to try again after the connection dropped. Default `defaultReconnectPolicy()`, which tries as long as the page lives;
   * `null` never reconnects.
   */
  readonly reconnectPolicy?: ReconnectPolicy | null | undefined;
  /** Default silent. `console` will do. */
  readonly logger?: Logger | undefined;
  /** For tests. Default the machine's. */
  readonly clock?: Clock | undefined;
}

/** Options of `room.join()`. */
export interface JoinOptions {
  /** What others see. Default the peer id. */
  readonly displayName?: string | undefined;
  /** What this program says of itself. Default detected from the browser. */
  readonly device?: DeviceInfo | undefined;
  /** A plain object that others see as `peer.appData`, where the dialect carries it. */
  readonly appData?: unknown;
}

/** Options of `room.produce()`. */
export interface ProduceOptions {
  /** `camera`, `microphone`, `screen`, `screenAudio` or a name of the app's own. Default `unknown`. */
  readonly source?: string | undefined;
  /**
   * Simulcast or SVC encodings, lowest first. Default one, by the browser's own choice. Rejects with `unsupported` for several
   * encodings of VP9 or AV1, and for spatial layers of AV1, which receivers do not decode. See `docs/codecs.md`.
   */
  readonly encodings?: readonly ProducerEncoding[] | undefined;
  readonly codecOptions?: ProducerCodecOptions | undefined;
  /** Mime type of the codec to prefer, e.g. `video/VP9`. Default the router's first. */
  readonly codec?: string | undefined;
  /** Start paused. Default false. */
  readonly paused?: boolean | undefined;
  /** A plain object that others see as `consumer.appData`; `source` is added. */
  readonly appData?: Readonly<Record<string, unknown>> | undefined;
  /** Who stops the track in the end. Default `'borrowed'`: the app does. `'owned'`: Tureen does, when the producer closes. */
  readonly ownership?: 'owned' | 'borrowed' | undefined;
}

/** Options of `room.produceData()`. */
export type ProduceDataOptions = Partial<MediaDataProduceOptions> & {
  /** Bytes of `bufferedAmount` at which `bufferedAmountLow` is emitted. Default 0. */
  readonly bufferedAmountLowThreshold?: number | undefined;
};

/**
 * Why a peer, producer, consumer or the session ended. The set is closed; a server's own words are in `detail`. `docs/events.md`
 * says which reason comes with what.
 */
export type CloseReason =
  /** The app called `close()`. */
  | 'local'
  /** The remote peer closed it, or left. */
  | 'remote'
  /** The server closed it. */
  | 'server'
  /** Was there before a reconnect, and is not any more. */
  | 'notRestored'
  /** The track ended: the user stopped sharing the screen, or the device is gone. */
  | 'trackEnded'
  /** The connection of the remote peer ended. */
  | 'disconnected'
  /** The producer of the consumer closed, its transport or its peer. */
  | 'producerClosed'
  | 'transportClosed'
  | 'peerClosed'
  /** The server ended the session with a final close code and none of the words of `EndReason`; see `detail`. */
  | 'closedByServer'
  /** The reconnect policy gave up; `room.state` is `failed`. */
  | 'connectionLost'
  /** The server refused the request to rejoin; `room.state` is `failed`. */
  | 'refused'
  /** The producer or consumer was of a session that ended. */
  | 'sessionEnded'
  /** `join()` failed; its promise says why. */
  | 'failed'
  /** `left`: the app called `leave()`. The others: the server ended the session, or refused the reconnect. */
  | EndReason;

/**
 * What is done for media that broke, the gentlest first: new network paths for the transports there are, a transport made anew
 * with what it carried, a new session. What a dialect lacks is skipped.
 */
export type RecoveryStep = 'restartIce' | 'rebuild' | 'rejoin';

/** Every event of a Room, with its one payload. The table with each dialect's message is in `docs/events.md`. */
export interface RoomEvents {
  /** Someone is in the room; `existing` when they were there before us. v3: `newPeer`, `join` response. */
  newPeer: { peer: Peer; existing: boolean };
  /** Someone is gone, after their consumers. v3: `peerClosed`, `peerLeft`, `peerLeaveCall`. */
  peerClosed: { peer: Peer; reason: CloseReason; appData?: unknown };
  /** Someone's connection dropped and the server holds their place. */
  peerReconnecting: { peer: Peer };
  peerReconnected: { peer: Peer };
  peerDisplayNameChanged: { peer: Peer; oldDisplayName: string };
  /** Someone's track can be received: `consumer.track` is there (unless not subscribed). v3: `newConsumer`. */
  newConsumer: { consumer: Consumer; peer: Peer };
  consumerClosed: { consumer: Consumer; reason: CloseReason };
  /** At each edge of `localPaused` (by 'local') and of `remotePaused`. */
  consumerPaused: { consumer: Consumer; by: Actor };
  consumerResumed: { consumer: Consumer; by: Actor };
  /** The layers that reach us; both null while none does. v3: `consumerLayersChanged`. */
  consumerLayersChanged: {
    consumer: Consumer;
    spatialLayer: number | null;
    temporalLayer: number | null;
    profile?: string | undefined;
  };
  consumerPreferredLayersSet: {
    consumer: Consumer;
    spatialLayer: number | null;
    temporalLayer: number | null;
    profile?: string | undefined;
  };
  consumerScore: { consumer: Consumer; score: ConsumerScore };
  /** Someone produces what nothing here can decode. */
  consumerUnsupported: { peer: Peer; producerId: string; kind: MediaKind; reason?: string | undefined };
  producerScore: { producer: Producer; score: readonly StreamScore[] };
  newDataConsumer: { dataConsumer: DataConsumer; peer: Peer | null };
  dataConsumerClosed: { dataConsumer: DataConsumer; reason: CloseReason };
  producerClosed: { producer: Producer; by: Actor; reason: CloseReason };
  /** With a `reason` when nobody wished it: there is no track that could be sent. */
  producerPaused: { producer: Producer; by: Actor; reason?: TrackFailure | undefined };
  producerResumed: { producer: Producer; by: Actor };
  /** A camera or microphone of ours was replaced, or opened anew; the others notice nothing. Local in every dialect. */
  producerDeviceChanged: { producer: Producer; deviceId: string; label: string; reason: DeviceChangeReason };
  /** The source of a track of ours gives nothing for the moment, or again. Local, and nothing is paused by it. */
  producerMuteChanged: { producer: Producer; muted: boolean };
  dataProducerClosed: { dataProducer: DataProducer; by: Actor; reason: CloseReason };
  /** The server closed a transport, with all that was on it. The room joins anew: `reconnecting` follows. */
  transportClosed: { direction: TransportDirection; reason: string };
  /** The media connection of one direction changed its state. Local in every dialect. */
  transportStateChanged: { direction: TransportDirection; state: MediaConnectionState };
  /** Media broke while signalling stands, and is being repaired by this step. Local in every dialect. */
  transportRecovering: { direction: TransportDirection; step: RecoveryStep; reason: string };
  /** It is repaired; `step` was the last that was taken. */
  transportRecovered: { direction: TransportDirection; step: RecoveryStep };
  /** After `room.enableStats`: the server's statistics of one transport. */
  transportStats: { direction: TransportDirection; stats: readonly object[] };
  producerStats: { producer: Producer; stats: readonly object[] };
  consumerStats: { consumer: Consumer; stats: readonly object[] };
  /** Who speaks (null: nobody); volume in dBov, -127 to 0. `peer` is also null when it is us: then `isLocal`. */
  activeSpeaker: { peer: Peer | null; isLocal: boolean; volume?: number | undefined };
  /** Everyone who speaks at the moment, loudest first; volumes in dBov. Only from servers that say so. */
  speakingPeers: { speakers: readonly { peer: Peer | null; peerId: string; volume: number }[] };
  textMessage: { peer: Peer; text: string };
  /** The server's estimate of what can be sent to us, bit/s. */
  downlinkBwe: { desiredBitrate: number; effectiveDesiredBitrate: number; availableBitrate: number };
  serverVersion: { version: string };
  /**
   * Codecs of the router that this browser cannot receive, where the server has no message for a track that is withheld. Once
   * joined, at most once for each session.
   */
  codecsUnsupported: { codecs: readonly RtpCodecCapability[] };
  /** The server closed the room, or evicted this peer. `detail` is the server's text for people. `left` follows. */
  roomClosed: { reason: CloseReason; detail?: string | undefined; appData?: unknown };
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
  left: { reason: CloseReason; detail?: string | undefined };
  /** The browser wants a user gesture before it plays: show a button that calls `room.startPlayback()`. */
  playbackBlocked: { consumer: Consumer; element: HTMLMediaElement; error: TureenError };
  /** A media key, the system, controls or the app paused an attached element. `room.startPlayback()` plays it. */
  playbackPaused: { consumer: Consumer; element: HTMLMediaElement };
  /** A listener of the app threw. Nothing else was disturbed. Where nobody listens to this, browsers get it by `reportError`. */
  listenerError: { event: string; error: unknown };
  /** Something that was done in the background failed; nobody's promise said so. */
  requestFailed: { method: string; error: TureenError };
}

export interface ConsumerSnapshot {
  readonly id: string;
  readonly producerId: string;
  readonly kind: MediaKind;
  readonly source: string;
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
  readonly id: string | null;
  readonly kind: MediaKind;
  readonly source: string;
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

/** Tells the listeners of the room; what the parts of a room are given instead of the room. */
export type Announce = <K extends keyof RoomEvents>(event: K, payload: RoomEvents[K]) => void;

export type { MediaEngine };
