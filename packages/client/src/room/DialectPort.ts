import type { Clock } from '@tureen/kernel';
import type { MediaKind, RtpCodecCapability, ServerStat } from '@tureen/protocol/common';
import type {
  MediaConnectionState,
  MediaConsumer,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
  MediaProduceOptions,
  MediaProducer,
} from '../media/MediaEngine.ts';
import type { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Responder, InboundReceiver, RequestOptions } from '../signaling/SignalingChannelTypes.ts';
import type { RoomCapabilities } from './capabilities.ts';
import type {
  Actor,
  ConsumerOffer,
  ConsumerScore,
  DataConsumerOffer,
  DeviceInfo,
  Layers,
  PeerInfo,
  StreamScore,
  TransportDirection,
} from './entityInfo.ts';

/** IDs of the room and the local peer. */
export interface RoomIdentity {
  readonly roomId: string;
  readonly peerId: string;
}

/** Request to join, from the room to the dialect. */
export interface DialectJoinRequest {
  /** Name that the remote peers see. */
  readonly displayName: string;
  /** Description of the program. */
  readonly device: DeviceInfo;
  /** JSON value of the app, or undefined. */
  readonly appData: unknown;
  /** False: the dialect announces no receive capabilities, so that the server offers nothing. */
  readonly consume: boolean;
  /** Whether the room receives each offered consumer at once. The server may then send before the room has accepted the offer. */
  readonly consumeAll?: boolean | undefined;
  /** Whether the app sends or captures already. The dialect may then connect its send transport at once. */
  readonly produce: boolean;
}

/** Response to a join. */
export interface DialectJoinResult {
  /** Peers that are in the room already. */
  readonly peers: readonly PeerInfo[];
  /** Capabilities of the dialect with this server. */
  readonly capabilities: RoomCapabilities;
  /** Other content of the response, as events. The room handles these events first, once it has joined. */
  readonly events?: readonly DialectEvent[] | undefined;
}

/** IDs of the entities that the client still has of a session whose connection dropped. The server may close all others. */
export interface ResumableIds {
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  readonly dataProducers: readonly string[];
  readonly dataConsumers: readonly string[];
}

/** Resumed consumer, as the server has it. `paused`: at the request of the client. `remotePaused`: at the source. */
export interface ResumedConsumer {
  readonly paused: boolean;
  readonly remotePaused: boolean;
}

/** Response to a resume: the resumable entities that the server kept. The others are closed. */
export interface DialectResumeResult extends DialectJoinResult {
  /** `paused`: at the server, at the request of the client or of the server. */
  readonly producers: ReadonlyMap<string, { readonly paused: boolean }>;
  readonly consumers: ReadonlyMap<string, ResumedConsumer>;
  readonly dataProducers: ReadonlySet<string>;
  readonly dataConsumers: ReadonlySet<string>;
}

/** Entity whose statistics the room requests from the server. */
export type StatsTarget =
  | { type: 'transport'; direction: TransportDirection }
  | { type: 'producer' | 'consumer' | 'dataProducer' | 'dataConsumer'; id: string };

/**
 * Settings of a consumer from its first packet on. Where a dialect cannot send them with the request, it sends them right after.
 */
export interface ConsumeSettings {
  /** Whether the server must send nothing. */
  readonly paused: boolean;
  /** Null: the highest layers. */
  readonly preferredLayers: Layers | null;
}

/** Connection of a session to the server. */
export interface DialectChannel {
  /**
   * Sends a request and resolves to the data of the response. Rejects with TureenError, such as `requestRefused` or
   * `requestTimeout`.
   */
  request(method: string, data: unknown, options?: RequestOptions): Promise<unknown>;
  /** Sends a notification. */
  notify(method: string, data: unknown): Promise<void>;
}

/** Data that a dialect keeps from one session of a room to the next. The room owns the memory and never reads it. */
export interface DialectMemory {
  /** Token for one resume, from the last response to join. */
  resumeToken: string | undefined;
  /** Returns the state that the dialect keeps. The first session of the room creates the state. */
  recall<T extends object>(create: () => T): T;
}

/** Parts of the room that a dialect session uses. */
export interface DialectContext {
  /** IDs of the room and the local peer. */
  readonly identity: RoomIdentity;
  /** Current connection. A resumed session gets another one, so read the property for each message. */
  readonly channel: DialectChannel;
  /** Data kept from one session to the next. */
  readonly memory: DialectMemory;
  /** Clock for timers. */
  readonly clock: Clock;
  /** Logger of the room. */
  readonly logger: Logger;
  /**
   * Reports an event, in the order of the wire. Returns false while the room has not joined. The room then drops the event, but
   * repeats the last state of each transport after the join.
   */
  readonly emit: (event: DialectEvent) => boolean;
}

/**
 * A session in the room: translates messages, and runs the media that they describe. All calls reject with TureenError only.
 * After `close()` the session emits nothing, and pending calls reject with `closed`. `handleRequest` refuses unknown requests,
 * and `handleNotification` logs unknown notifications at debug level. Neither throws, and the room calls neither before it has
 * joined.
 */
export interface DialectSession extends InboundReceiver {
  /** Responds to a request that must not wait until the room has joined. Returns true if the session has responded. */
  respondAtOnce?(method: string, responder: Responder): boolean;

  /** Handles a notification before the room has joined. Returns false for a notification that must wait until then. */
  handleAtOnce?(method: string, data: unknown): boolean;

  /**
   * Does before the join what needs no join: capabilities, transports and their connections. Resolves when the server has
   * answered. `join` follows, or `close`. Absent where the dialect can prepare nothing.
   */
  prepare?(): Promise<void>;
  /** Joins the room. Called once, before any other call but `prepare`. */
  join(request: DialectJoinRequest): Promise<DialectJoinResult>;
  /**
   * Continues with the same media over another connection, which `context.channel` then returns. Null where the server kept
   * nothing or the session cannot continue; a new session then joins over the same connection. Absent where the dialect cannot
   * resume.
   */
  resume?(request: DialectJoinRequest, resumableIds: ResumableIds): Promise<DialectResumeResult | null>;
  /** Informs the server that the peer leaves. The caller limits the wait. */
  leave(): Promise<void>;

  /** Connects the send transport before anything is sent, where the dialect can. The caller does not wait for that. */
  connectSend?(): void;
  /** Sends a track. Resolves when the server has the producer. */
  produce(options: MediaProduceOptions): Promise<MediaProducer>;
  /** Closes a producer at the server. */
  closeProducer(producerId: string): Promise<void>;
  /** Pauses or resumes a producer at the server. */
  setProducerPaused(producerId: string, paused: boolean): Promise<void>;

  /** Receives the track of an offer. */
  consume(offer: ConsumerOffer, settings: ConsumeSettings): Promise<MediaConsumer>;
  /** Whether the server applies the settings of `consume` before it sends. Otherwise the server sends from the offer on. */
  readonly appliesInitialSettings?: boolean;
  /** Pauses or resumes a consumer at the server. */
  setConsumerPaused(consumerId: string, paused: boolean): Promise<void>;
  /** Sets the preferred layers of a consumer. */
  setPreferredLayers(consumerId: string, layers: Layers): Promise<void>;
  /** Sets the priority of a consumer, 1 to 255. */
  setPriority(consumerId: string, priority: number): Promise<void>;
  /** Requests a key frame for a consumer. */
  requestKeyFrame(consumerId: string): Promise<void>;
  /** Closes a consumer at the server. Called where `capabilities.closeConsumer`. */
  closeConsumer(consumerId: string): Promise<void>;

  /** Opens a data channel. Resolves when the channel is open. */
  produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer>;
  /** Closes a data producer at the server. */
  closeDataProducer(dataProducerId: string): Promise<void>;
  /** Receives the data channel of an offer. */
  consumeData(offer: DataConsumerOffer): Promise<MediaDataConsumer>;
  /** Closes a data consumer at the server, where the server knows the request. Absent where the dialect has no data channels. */
  closeDataConsumer?(dataConsumerId: string): Promise<void>;
  /**
   * Pauses or resumes a data consumer at the server, where the server knows the request. Absent where the dialect has no data
   * channels.
   */
  setDataConsumerPaused?(dataConsumerId: string, paused: boolean): Promise<void>;

  /** Changes the name that the remote peers see. */
  setDisplayName(displayName: string): Promise<void>;
  /** Sends a line of text to all peers. */
  sendText(text: string): Promise<void>;
  /** Restarts ICE on a transport. */
  restartIce(direction: TransportDirection): Promise<void>;
  /**
   * Replaces a transport that `restartIce` cannot repair. Everything on the old transport ends; the room then produces and
   * consumes again. Absent where the dialect can rebuild neither direction.
   */
  rebuild?(direction: TransportDirection): Promise<void>;
  /**
   * Sends the smallest request that the server answers, if only with an error response. The request times out after `timeoutMs`.
   * Undefined where the session knows no such request; silence then proves nothing.
   */
  probe?(timeoutMs: number): Promise<void> | undefined;
  /** Requests statistics. Validates the response with `serverStats` of `@tureen/protocol/common`, or as strictly. */
  getServerStats(target: StatsTarget): Promise<readonly ServerStat[]>;
  /**
   * Starts statistics that the server sends at an interval, which the session emits as `serverStats`. Null stops them. Absent
   * where the client requests each sample.
   */
  setServerStats?(target: StatsTarget, intervalMs: number | null): Promise<void>;
  /** Returns statistics of the local end of a transport. Null before the transport exists. */
  getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null>;

  /** Reports that the connection dropped; media may still flow. For a dialect that waits for messages other than responses. */
  handleLost?(error: TureenError): void;
  /** Closes all local media. Sends nothing. Idempotent. */
  close(): void;
}

/**
 * Port for the meaning of messages. `mediasoupV3()` and the other dialect functions return one, with the engine that it drives.
 */
export interface Dialect {
  /** Name, as in the documentation and the URL path, e.g. `mediasoup-v3`. */
  readonly name: string;
  /** Capabilities before the join. */
  readonly capabilities: RoomCapabilities;
  /**
   * Returns the parameters for the URL of the connection. `isResuming`: a session continues over the connection if the server
   * agrees.
   */
  connectParams(identity: RoomIdentity, isResuming: boolean): Record<string, string>;
  /** Opens a session for one join. */
  open(context: DialectContext): DialectSession;
}

/** Event of a dialect in the room's terms, in the order of the wire. `room/eventRoutes.ts` has a handler for each. */
export type DialectEvent =
  | { type: 'newPeer'; peer: PeerInfo }
  | { type: 'peerClosed'; peerId: string; reason?: string | undefined; appData?: unknown }
  | { type: 'peerReconnecting'; peerId: string }
  | { type: 'peerReconnected'; peerId: string }
  | { type: 'peerDisplayNameChanged'; peerId: string; displayName: string }
  | { type: 'newConsumer'; offer: ConsumerOffer; answer: Responder }
  | { type: 'consumerClosed'; consumerId: string; reason?: string | undefined }
  | { type: 'consumerPaused'; consumerId: string; by: Actor }
  | { type: 'consumerResumed'; consumerId: string; by: Actor }
  | { type: 'consumerLayersChanged'; consumerId: string; layers: Layers | null; profile?: string | undefined }
  | { type: 'consumerPreferredLayersSet'; consumerId: string; layers: Layers | null; profile?: string | undefined }
  | { type: 'consumerScore'; consumerId: string; score: ConsumerScore }
  | { type: 'consumerUnsupported'; peerId: string; producerId: string; kind: MediaKind; reason?: string | undefined }
  | { type: 'newDataConsumer'; offer: DataConsumerOffer; answer: Responder }
  | { type: 'dataConsumerClosed'; dataConsumerId: string; reason?: string | undefined }
  /** For a data consumer, or for a data producer on the way to `peerId`. */
  | {
      type: 'messagesLost';
      dataConsumerId?: string | undefined;
      dataProducerId?: string | undefined;
      peerId?: string | undefined;
      count: number;
    }
  | { type: 'producerScore'; producerId: string; score: readonly StreamScore[] }
  | { type: 'producerClosed'; producerId: string; by: Actor; reason?: string | undefined }
  | { type: 'producerPaused'; producerId: string; by: Actor }
  | { type: 'producerResumed'; producerId: string; by: Actor }
  | { type: 'transportClosed'; direction: TransportDirection; reason: string }
  /** `isUnused`: the transport connects before it carries anything, so it needs no recovery. */
  | {
      type: 'transportState';
      direction: TransportDirection;
      state: MediaConnectionState;
      isUnused?: boolean | undefined;
    }
  | { type: 'activeSpeaker'; peerId: string | null; volume?: number | undefined }
  | { type: 'speakingPeers'; volumes: readonly { peerId: string; volume: number }[] }
  | { type: 'textMessage'; peerId: string; text: string }
  | { type: 'downlinkBwe'; desiredBitrate: number; effectiveDesiredBitrate: number; availableBitrate: number }
  | { type: 'serverVersion'; version: string }
  | { type: 'codecsUnsupported'; codecs: readonly RtpCodecCapability[] }
  | { type: 'serverStats'; target: StatsTarget; stats: readonly ServerStat[] }
  | { type: 'roomClosed'; reason: string; detail?: string | undefined; appData?: unknown }
  /** The server has forgotten this peer, although the connection is open. The room rejoins over another connection. */
  | { type: 'rejoinNeeded'; reason: string };

/** Event of one type. */
export type DialectEventOf<T extends DialectEvent['type']> = Extract<DialectEvent, { type: T }>;
