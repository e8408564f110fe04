import type { MediaKind, RtpCodecCapability } from '@tureen/protocol/common';
import type {
  MediaConnectionState,
  MediaConsumer,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
  MediaProduceOptions,
  MediaProducer,
} from '../media/MediaEngine.ts';
import type { Clock } from '../shared/clock.ts';
import type { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Answer, RequestOptions } from '../signaling/SignalingChannel.ts';
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
  /** False: say nothing of what can be received, so that the server offers nothing. */
  readonly consume: boolean;
}

export interface DialectJoinResult {
  /** Who is there already. */
  readonly peers: readonly PeerInfo[];
  /** What this server can do, now that it has spoken. */
  readonly capabilities: RoomCapabilities;
}

/** Ids of all that this end still has of a session whose connection dropped. The server need not keep anything else. */
export interface SessionHolds {
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  readonly dataProducers: readonly string[];
  readonly dataConsumers: readonly string[];
}

/** A consumer that lives on, as the server has it. `paused`: by our wish. `remotePaused`: at the source. */
export interface KeptConsumer {
  readonly paused: boolean;
  readonly remotePaused: boolean;
}

/** The answer to a resume: of what was held, that which lives on, as the server has it. The rest is gone. */
export interface DialectResumeResult extends DialectJoinResult {
  /** `paused`: at the server, by our wish or its own. */
  readonly producers: ReadonlyMap<string, { readonly paused: boolean }>;
  readonly consumers: ReadonlyMap<string, KeptConsumer>;
  readonly dataProducers: ReadonlySet<string>;
  readonly dataConsumers: ReadonlySet<string>;
}

/** The entity whose server-side statistics are asked for. */
export type StatsTarget =
  | { type: 'transport'; direction: TransportDirection }
  | { type: 'producer' | 'consumer' | 'dataProducer' | 'dataConsumer'; id: string };

/** How a consumer is wanted from its first packet on. A dialect that cannot say so is told afterwards, as of any change. */
export interface ConsumeWishes {
  readonly paused: boolean;
  /** Null: the highest. */
  readonly preferredLayers: Layers | null;
}

/** Messages to and from the server: what a dialect sees of the `SignalingChannel`. */
export interface DialectChannel {
  request(method: string, data: unknown, options?: RequestOptions): Promise<unknown>;
  notify(method: string, data: unknown): Promise<void>;
}

export interface DialectContext {
  readonly identity: RoomIdentity;
  readonly channel: DialectChannel;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What was understood, in the order of the wire. */
  readonly emit: (event: DialectEvent) => void;
}

/**
 * One attempt at being in the room: pure translation, plus the media that the wire describes. Everything rejects with
 * TureenError only. After `close()` nothing is emitted, and what waits rejects with `closed`.
 */
export interface DialectSession {
  /** A request of the server's. What is not understood is refused; never throws. */
  handleRequest(method: string, data: unknown, answer: Answer): void;
  /** News of the server's. What is not understood is logged at debug; never throws. */
  handleNotification(method: string, data: unknown): void;

  join(request: DialectJoinRequest): Promise<DialectJoinResult>;
  /**
   * Goes on with the media there is over another connection, which `context.channel` leads to from now on. Null where the
   * server kept nothing, or nothing can be gone on with: the connection is as new then, and a new session joins on it. Absent
   * where the dialect has no such thing.
   */
  resume?(request: DialectJoinRequest, holds: SessionHolds): Promise<DialectResumeResult | null>;
  /** Says goodbye. The caller does not wait longer than it wants to. */
  leave(): Promise<void>;

  produce(options: MediaProduceOptions): Promise<MediaProducer>;
  closeProducer(producerId: string): Promise<void>;
  setProducerPaused(producerId: string, paused: boolean): Promise<void>;

  consume(offer: ConsumerOffer, wishes: ConsumeWishes): Promise<MediaConsumer>;
  /** Once `consume` resolves, the server holds by its wishes. Elsewhere it sends from the offer on, until told otherwise. */
  readonly appliesInitialSettings?: boolean;
  setConsumerPaused(consumerId: string, paused: boolean): Promise<void>;
  setPreferredLayers(consumerId: string, layers: Layers): Promise<void>;
  setPriority(consumerId: string, priority: number): Promise<void>;
  requestKeyFrame(consumerId: string): Promise<void>;
  closeConsumer(consumerId: string): Promise<void>;

  produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer>;
  closeDataProducer(dataProducerId: string): Promise<void>;
  consumeData(offer: DataConsumerOffer): Promise<MediaDataConsumer>;
  /** Both tell the server where it knows the request, and nothing elsewhere. Absent where there are no data channels. */
  closeDataConsumer?(dataConsumerId: string): Promise<void>;
  setDataConsumerPaused?(dataConsumerId: string, paused: boolean): Promise<void>;

  setDisplayName(displayName: string): Promise<void>;
  sendText(text: string): Promise<void>;
  restartIce(direction: TransportDirection): Promise<void>;
  /**
   * Puts a new transport in the place of one that is broken beyond `restartIce`, and ends the old one. All that was on it is
   * gone: what we send is produced anew by the caller, what we receive is offered anew. Absent where no direction can be.
   */
  rebuild?(direction: TransportDirection): Promise<void>;
  /**
   * Sends the smallest request that the server answers, a refusal included; the request ends after so many ms. Undefined where
   * the session knows of no such request: then a silent connection proves nothing.
   */
  probe?(timeoutMs: number): Promise<void> | undefined;
  /** As the server gave it: an array of objects with at least `type` and `timestamp`. */
  getServerStats(target: StatsTarget): Promise<readonly object[]>;
  /**
   * Where the server sends statistics by itself once told so: how often, null for no more; each comes as `serverStats`. Absent
   * where it is asked each time.
   */
  setServerStats?(target: StatsTarget, intervalMs: number | null): Promise<void>;
  /** Of the local end of a transport; null where there is none yet. */
  getTransportStats(direction: TransportDirection): Promise<RTCStatsReport | null>;

  /** The connection is gone, media may flow on: what waits for a message will not get it. Where that is more than requests. */
  handleLost?(error: TureenError): void;
  /** Closes all local media. Tells nobody. Idempotent. */
  close(): void;
}

/** The port for what messages mean. `mediasoupV3()` and its sisters make one, joined with the engine that it drives. */
export interface Dialect {
  /** As in the documentation and the URL path, e.g. `mediasoup-v3`. */
  readonly name: string;
  readonly capabilities: RoomCapabilities;
  /** What belongs in the connection's URL. */
  connectParams(identity: RoomIdentity): Record<string, string>;
  open(context: DialectContext): DialectSession;
}

/** What a dialect has understood, in canonical words and in the order of the wire. */
export type DialectEvent =
  | { type: 'newPeer'; peer: PeerInfo }
  | { type: 'peerClosed'; peerId: string; reason?: string | undefined; appData?: unknown }
  | { type: 'peerReconnecting'; peerId: string }
  | { type: 'peerReconnected'; peerId: string }
  | { type: 'peerDisplayNameChanged'; peerId: string; displayName: string }
  | { type: 'newConsumer'; offer: ConsumerOffer; answer: Answer }
  | { type: 'consumerClosed'; consumerId: string; reason?: string | undefined }
  | { type: 'consumerPaused'; consumerId: string; by: Actor }
  | { type: 'consumerResumed'; consumerId: string; by: Actor }
  | { type: 'consumerLayersChanged'; consumerId: string; layers: Layers | null; profile?: string | undefined }
  | { type: 'consumerPreferredLayersSet'; consumerId: string; layers: Layers | null; profile?: string | undefined }
  | { type: 'consumerScore'; consumerId: string; score: ConsumerScore }
  | { type: 'consumerUnsupported'; peerId: string; producerId: string; kind: MediaKind; reason?: string | undefined }
  | { type: 'newDataConsumer'; offer: DataConsumerOffer; answer: Answer }
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
  | { type: 'serverStats'; target: StatsTarget; stats: readonly object[] }
  | { type: 'roomClosed'; reason: string; detail?: string | undefined; appData?: unknown }
  /** The server has forgotten us, though the connection is there: everything is said anew on another one. */
  | { type: 'rejoinNeeded'; reason: string };

export type DialectEventOf<T extends DialectEvent['type']> = Extract<DialectEvent, { type: T }>;
