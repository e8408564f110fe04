import type { Clock } from '@tureen/kernel';
import type { AppData, Source } from '@tureen/protocol/common';
import type { MediaDataProduceOptions, ProducerCodecOptions, ProducerEncoding } from '../media/MediaEngine.ts';
import type { Logger } from '../shared/logger.ts';
import type { ReconnectPolicy } from '../signaling/ReconnectPolicy.ts';
import type { SignalingTransport } from '../signaling/SignalingTransport.ts';
import type { Dialect } from './DialectPort.ts';
import type { ConsumerOffer, DataConsumerOffer, DeviceInfo } from './entityInfo.ts';

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
  /**
   * 1 to 128 characters, unique in the room: a peer that joins with the ID of another peer replaces it or is refused, by dialect.
   * Default a random ID, the same as long as the room lives.
   */
  readonly peerId?: string | undefined;
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
export interface JoinOptions<PeerAppData = unknown> {
  /** What others see. Default the peer id. */
  readonly displayName?: string | undefined;
  /** What this program says of itself. Default detected from the browser. */
  readonly device?: DeviceInfo | undefined;
  /** A plain object that others see as `peer.appData`, where the dialect carries it. */
  readonly appData?: PeerAppData | undefined;
  /** Leaves the room when it aborts before `join()` has resolved, which then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `room.produce()`. */
export interface ProduceOptions<ProducerAppData extends object = AppData> {
  /** `camera`, `microphone`, `screen`, `screenAudio` or a name of the app's own. Default `unknown`. */
  readonly source?: Source | undefined;
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
  readonly appData?: ProducerAppData | undefined;
  /** Who stops the track in the end. Default `'borrowed'`: the app does. `'owned'`: Tureen does, when the producer closes. */
  readonly ownership?: 'owned' | 'borrowed' | undefined;
  /** Closes the producer when it aborts before the producer is published; the call then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `room.produceData()`. */
export type ProduceDataOptions<DataProducerAppData extends object = AppData> = Partial<
  Omit<MediaDataProduceOptions, 'appData'>
> & {
  /** A plain object that others see as `dataConsumer.appData`. */
  readonly appData?: DataProducerAppData | undefined;
  /** Bytes of `bufferedAmount` at which `bufferedAmountLow` is emitted. Default 0. */
  readonly bufferedAmountLowThreshold?: number | undefined;
  /** Closes the data producer when it aborts before the channel is open; the call then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
};
