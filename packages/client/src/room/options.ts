import type { Clock } from '@tureen/kernel';
import type { AppData, Source } from '@tureen/protocol/common';
import type { MediaDataProduceOptions, ProducerCodecOptions, ProducerEncoding } from '../media/MediaEngine.ts';
import type { Logger } from '../shared/logger.ts';
import type { ReconnectPolicy } from '../signaling/ReconnectPolicy.ts';
import type { SignalingTransport } from '../signaling/SignalingTransport.ts';
import type { Dialect } from './DialectPort.ts';
import type { ConsumerOffer, DataConsumerOffer, DeviceInfo } from './entityInfo.ts';

/** Fields of a consumer offer that the `consume` function gets, before anything is received. */
export type ConsumerOfferSummary = Pick<
  ConsumerOffer,
  'peerId' | 'producerId' | 'kind' | 'source' | 'type' | 'remotePaused' | 'appData'
>;

/**
 * Fields of a data consumer offer that the `consume` function gets. `peerId` is null for a channel of the server. The fields of
 * media are undefined.
 */
export type DataConsumerOfferSummary = Pick<
  DataConsumerOffer,
  'kind' | 'peerId' | 'dataProducerId' | 'label' | 'protocol' | 'appData'
> &
  Readonly<Partial<Record<'producerId' | 'source' | 'type' | 'remotePaused', undefined>>>;

/**
 * Which consumers and data consumers the room subscribes to. `auto`: all. `manual`: none; each is announced with `subscribed ===
 * false`, and `setSubscribed(true)` subscribes. A function: those for which it returns true. It must return at once. Where it
 * throws or returns a promise, the room subscribes and emits `listenerError`.
 */
export type ConsumePolicy = 'auto' | 'manual' | ((offer: ConsumerOfferSummary | DataConsumerOfferSummary) => boolean);

/** Options of `new Room()`. */
export interface RoomOptions {
  /** Room ID, 1 to 128 characters. */
  readonly roomId: string;
  /**
   * Peer ID, 1 to 128 characters, unique in the room. A peer that joins with an ID in use replaces the other peer or is refused,
   * depending on the dialect. Default: a random ID, which the `Room` object keeps.
   */
  readonly peerId?: string | undefined;
  /** Protocol of the server, e.g. `mediasoupV3()`. */
  readonly dialect: Dialect;
  /** Transport of the messages, e.g. `new ProtooTransport({ url })`. */
  readonly transport: SignalingTransport;
  /** Which remote tracks and channels to subscribe to. Default `'auto'`. */
  readonly consume?: ConsumePolicy | undefined;
  /** Time in ms until an unanswered request rejects with `requestTimeout`. Default 20 000. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Delay before each attempt to reconnect. Default `defaultReconnectPolicy()`, which never gives up; `null` never reconnects.
   */
  readonly reconnectPolicy?: ReconnectPolicy | null | undefined;
  /** Receives the log, e.g. `console`. Default: no log. */
  readonly logger?: Logger | undefined;
  /** Clock for tests. Default: the system clock. */
  readonly clock?: Clock | undefined;
}

/** Options of `room.join()`. */
export interface JoinOptions<PeerAppData = unknown> {
  /** Name that the remote peers see. Default: the peer ID. */
  readonly displayName?: string | undefined;
  /** Description of the program. Default: detected from the browser. */
  readonly device?: DeviceInfo | undefined;
  /**
   * JSON value that the remote peers see as `peer.appData`, where the dialect carries it. In mediasoup-v3 and push-pull, any
   * other value than a plain object arrives as `{ value }`.
   */
  readonly appData?: PeerAppData | undefined;
  /** Signal that leaves the room, if it aborts before `join()` has resolved. `join()` then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `room.produce()`. */
export interface ProduceOptions<ProducerAppData extends object = AppData> {
  /** `camera`, `microphone`, `screen`, `screenAudio` or a name of your own. Default `unknown`. */
  readonly source?: Source | undefined;
  /**
   * Simulcast or SVC encodings, lowest first. Default: one encoding, with the settings of the browser. Several
   * encodings reject with `unsupported` where `codec` names VP9 or AV1, and so do spatial layers of AV1 that receivers cannot
   * decode. See `docs/codecs.md`.
   */
  readonly encodings?: readonly ProducerEncoding[] | undefined;
  /** Encoder settings. Default: those of the browser. */
  readonly codecOptions?: ProducerCodecOptions | undefined;
  /** MIME type of the codec to prefer, e.g. `video/VP9`. Default: the router's first codec. */
  readonly codec?: string | undefined;
  /** Starts the producer paused. Default false. */
  readonly paused?: boolean | undefined;
  /** Plain object that the remote peers see as `consumer.appData`; `source` is added. */
  readonly appData?: ProducerAppData | undefined;
  /** Who stops the track. `'borrowed'` (default): the app. `'owned'`: the SDK, when the producer closes. */
  readonly ownership?: 'owned' | 'borrowed' | undefined;
  /** Signal that closes the producer, if it aborts before the producer is published. The call then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `room.produceData()`. */
export type ProduceDataOptions<DataProducerAppData extends object = AppData> = Partial<
  Omit<MediaDataProduceOptions, 'appData'>
> & {
  /** Plain object that the remote peers see as `dataConsumer.appData`. */
  readonly appData?: DataProducerAppData | undefined;
  /** Bytes of `bufferedAmount` at which the data producer emits `bufferedAmountLow`. Default 0. */
  readonly bufferedAmountLowThreshold?: number | undefined;
  /** Signal that closes the data producer, if it aborts before the channel is open. The call then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
};
