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

export interface RoomIdentity {
  readonly roomId: string;
  readonly peerId: string;
}

export interface DialectJoinRequest {
  readonly displayName: string;
  readonly device: DeviceInfo;
  readonly appData: unknown;
  /** False: announce no receive capabilities, so that the server offers nothing. */
  readonly consume: boolean;
}

export interface DialectJoinResult {
  /** Peers that are in the room already. */
  readonly peers: readonly PeerInfo[];
  /** Capabilities of this server, after its response to join. */
  readonly capabilities: RoomCapabilities;
  /** What else the response to join said. The room handles these events first, once it has joined. */
  readonly events?: readonly DialectEvent[] | undefined;
}

/** IDs of all entities that the client still has of a session whose connection dropped. The server may close everything else. */
export interface ResumableIds {
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  readonly dataProducers: readonly string[];
  readonly dataConsumers: readonly string[];
}

/** A resumed consumer, as the server has it. `paused`: at the request of the client. `remotePaused`: at the source. */
export interface ResumedConsumer {
  readonly paused: boolean;
  readonly remotePaused: boolean;
}

/** The response to a resume: those of the resumable entities that the server kept. The others are closed. */
export interface DialectResumeResult extends DialectJoinResult {
  /** `paused`: at the server, at the request of the client or of the server. */
  readonly producers: ReadonlyMap<string, { readonly paused: boolean }>;
  readonly consumers: ReadonlyMap<string, ResumedConsumer>;
  readonly dataProducers: ReadonlySet<string>;
  readonly dataConsumers: ReadonlySet<string>;
}

/** The entity whose server-side statistics are requested. */
export type StatsTarget =
  | { type: 'transport'; direction: TransportDirection }
  | { type: 'producer' | 'consumer' | 'dataProducer' | 'dataConsumer'; id: string };

/** Settings of a consumer from its first packet on. Where a dialect cannot send them with the request, a change follows it. */
export interface ConsumeSettings {
  readonly paused: boolean;
  /** Null: the highest. */
  readonly preferredLayers: Layers | null;
}

/** Messages to the server: what a dialect sees of the `SignalingChannel`. */
export interface DialectChannel {
  request(method: string, data: unknown, options?: RequestOptions): Promise<unknown>;
  notify(method: string, data: unknown): Promise<void>;
}

/** What a dialect keeps from one session of a room to the next. The room owns the memory, and never reads it. */
export interface DialectMemory {
  /** Token for one resume, from the last response to join. */
  resumeToken: string | undefined;
  /** Returns the state that the dialect keeps; the first session of the room creates the state. */
  recall<T extends object>(create: () => T): T;
}

export interface DialectContext {
  readonly identity: RoomIdentity;
  /** The connection of the moment. A resumed session gets another one, so read the property for each message. */
  readonly channel: DialectChannel;
  readonly memory: DialectMemory;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Reports an event, in the order of the wire. False while the room has not joined: the event is dropped, except that the last
   * state of each transport is reported again once the room has joined.
   */
  readonly emit: (event: DialectEvent) => boolean;
}

/**
 * One session in the room: pure translation, plus the media that the messages describe. Rejects with TureenError only. After
 * `close()` nothing is emitted, and pending calls reject with `closed`. `handleRequest` refuses and `handleNotification` logs at
 * debug what the dialect does not understand; neither throws, and neither is called before the room has joined.
 */
export interface DialectSession extends InboundReceiver {
  /** Responds to a request that must not wait until the room has joined. True where the session has responded. */
  respondAtOnce?(method: string, responder: Responder): boolean;

  join(request: DialectJoinRequest): Promise<DialectJoinResult>;
  /**
   * Continues with the same media over another connection, which `context.channel` leads to from now on. Null where the server
   * kept nothing or the session cannot continue: a new session joins over the same connection then. Absent where the dialect
   * cannot resume.
   */
  resume?(request: DialectJoinRequest, resumableIds: ResumableIds): Promise<DialectResumeResult | null>;
  /** Tells the server that the peer leaves. The caller limits how long it waits. */
  leave(): Promise<void>;

  produce(options: MediaProduceOptions): Promise<MediaProducer>;
  closeProducer(producerId: string): Promise<void>;
  setProducerPaused(producerId: string, paused: boolean): Promise<void>;

  consume(offer: ConsumerOffer, settings: ConsumeSettings): Promise<MediaConsumer>;
  /** True where the server applies the settings of `consume` before it sends. Elsewhere it sends from the offer on. */
  readonly appliesInitialSettings?: boolean;
  setConsumerPaused(consumerId: string, paused: boolean): Promise<void>;
  setPreferredLayers(consumerId: string, layers: Layers): Promise<void>;
  setPriority(consumerId: string, priority: number): Promise<void>;
  requestKeyFrame(consumerId: string): Promise<void>;
  closeConsumer(consumerId: string): Promise<void>;

  produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer>;
  closeDataProducer(dataProducerId: string): Promise<void>;
  consumeData(offer: DataConsumerOffer): Promise<MediaDataConsumer>;
  /** Both inform the server where it knows the request, and do nothing elsewhere. Absent where there are no data channels. */
  closeDataConsumer?(dataConsumerId: string): Promise<void>;
  setDataConsumerPaused?(dataConsumerId: string, paused: boolean): Promise<void>;

  setDisplayName(displayName: string): Promise<void>;
  sendText(text: string): Promise<void>;
  restartIce(direction: TransportDirection): Promise<void>;
  /**
   * Replaces a transport that is broken beyond `restartIce`. Everything on the old transport ends: the caller produces again, and
   * the room consumes again. Absent where the dialect can rebuild neither direction.
   */
  rebuild?(direction: TransportDirection): Promise<void>;
  /**
   * Sends the smallest request that the server answers, if only with a refusal; the request times out after `timeoutMs`. Undefined
   * where the session knows of no such request: a silent connection proves nothing then.
   */
  probe?(timeoutMs: number): Promise<void> | undefined;
  /** Reads the response by `serverStats` of `@tureen/protocol/common`, or checks as much. */
  getServerStats(target: StatsTarget): Promise<readonly ServerStat[]>;
  /**
   * Starts statistics that the server sends at an interval, each as `serverStats`; null stops them. Absent where the client
   * requests each of them.
   */
  setServerStats?(target: StatsTarget, intervalMs: number | null): Promise<void>;
  /** Statistics of the local end of a transport; null before the transport exists. */
  getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null>;

  /** The connection dropped; media may flow on. For a dialect that waits for messages other than responses. */
  handleLost?(error: TureenError): void;
  /** Closes all local media. Sends nothing. Idempotent. */
  close(): void;
}

/** The port for what messages mean. `mediasoupV3()` and its sisters make one, joined with the engine that it drives. */
export interface Dialect {
  /** As in the documentation and the URL path, e.g. `mediasoup-v3`. */
  readonly name: string;
  readonly capabilities: RoomCapabilities;
  /** Parameters of the connection's URL. */
  connectParams(identity: RoomIdentity): Record<string, string>;
  open(context: DialectContext): DialectSession;
}

/** What a dialect understood, in the room's terms and in the order of the wire. `room/eventRoutes.ts` has a handler for each. */
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
  /** Of a data consumer; or of a data producer, on the way to `peerId`. */
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
  | { type: 'transportState'; direction: TransportDirection; state: MediaConnectionState }
  | { type: 'activeSpeaker'; peerId: string | null; volume?: number | undefined }
  | { type: 'speakingPeers'; volumes: readonly { peerId: string; volume: number }[] }
  | { type: 'textMessage'; peerId: string; text: string }
  | { type: 'downlinkBwe'; desiredBitrate: number; effectiveDesiredBitrate: number; availableBitrate: number }
  | { type: 'serverVersion'; version: string }
  | { type: 'codecsUnsupported'; codecs: readonly RtpCodecCapability[] }
  | { type: 'serverStats'; target: StatsTarget; stats: readonly ServerStat[] }
  | { type: 'roomClosed'; reason: string; detail?: string | undefined; appData?: unknown }
  /** The server has forgotten this peer, though the connection is open: the room rejoins over another one. */
  | { type: 'rejoinNeeded'; reason: string };

export type DialectEventOf<T extends DialectEvent['type']> = Extract<DialectEvent, { type: T }>;
