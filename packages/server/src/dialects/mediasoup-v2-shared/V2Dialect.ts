import type { DtlsParameters, MediaKind, ParseResult, RtpCapabilities, Written } from '@tureen/protocol/common';
import type {
  CandidateOptions,
  Direction,
  EffectiveProfile,
  Extension,
  PreferredProfile,
  V2Message,
  V2RtpCapabilities,
  V2RtpParameters,
} from '@tureen/protocol/mediasoup-v2-shared';

/**
 * What a client of the family may say, in one set of words for all of its dialects: those of mediasoup-v2. Fields that a
 * dialect does not have are missing.
 */
export interface ClientWords {
  queryRoom: undefined;
  join: {
    /** The older dialects have it in the URL alone. */
    readonly peerName?: string;
    readonly rtpCapabilities?: V2RtpCapabilities;
    readonly spy?: boolean;
    readonly appData?: unknown;
    /** What of ours the client understands; absent with genuine ones. */
    readonly extensions?: readonly Extension[];
    /** Takes up the peer that an earlier answer gave it for. */
    readonly resumeToken?: string;
    /** With the token: what the client still has. */
    readonly holds?: { readonly producers: readonly number[]; readonly consumers: readonly number[] };
  };
  leave: { readonly appData?: unknown };
  createTransport: {
    readonly id: number;
    /** Absent: to be inferred. */
    readonly direction?: Direction;
    readonly options: CandidateOptions;
    readonly dtlsParameters?: DtlsParameters | undefined;
    readonly appData?: unknown;
  };
  updateTransport: { readonly id: number; readonly dtlsParameters: DtlsParameters };
  restartTransport: { readonly id: number };
  closeTransport: { readonly id: number };
  createProducer: {
    readonly id: number;
    readonly kind: MediaKind;
    readonly transportId: number;
    readonly rtpParameters: V2RtpParameters;
    readonly paused: boolean;
    readonly appData?: unknown;
  };
  updateProducer: { readonly id: number; readonly rtpParameters: V2RtpParameters };
  pauseProducer: { readonly id: number };
  resumeProducer: { readonly id: number };
  closeProducer: { readonly id: number };
  enableConsumer: {
    readonly id: number;
    readonly transportId?: number;
    readonly paused?: boolean;
    readonly preferredProfile?: PreferredProfile;
    /** The alpha's. */
    readonly rtpSettings?: { readonly useRtx?: boolean };
  };
  pauseConsumer: { readonly id: number };
  resumeConsumer: { readonly id: number };
  setConsumerPreferredProfile: { readonly id: number; readonly profile: PreferredProfile };
  enableTransportStats: { readonly id: number; readonly interval: number };
  disableTransportStats: { readonly id: number };
  enableProducerStats: { readonly id: number; readonly interval: number };
  disableProducerStats: { readonly id: number };
  enableConsumerStats: { readonly id: number; readonly interval: number };
  disableConsumerStats: { readonly id: number };
  textMessage: { readonly text: string };
  closeConsumer: { readonly id: number };
}

/** One of {@link ClientWords}. */
export type ClientWord = keyof ClientWords;

/** A consumer as its owner is told of it. */
export interface ConsumerEntry {
  readonly id: number;
  readonly kind: MediaKind;
  readonly peerName: string;
  readonly rtpParameters: Written<V2RtpParameters>;
  /** At its source. */
  readonly paused: boolean;
  readonly preferredProfile?: PreferredProfile;
  readonly effectiveProfile?: EffectiveProfile | null;
  readonly appData: unknown;
}

/** A peer as the others are told of it. */
export interface PeerEntry {
  readonly name: string;
  readonly consumers: readonly ConsumerEntry[];
  readonly appData: unknown;
  readonly dialect: string;
}

/** What a client of the family is told of the server's own accord, in the same words. */
export interface ServerWords {
  closed: { readonly reason?: string | undefined; readonly detail?: string | undefined; readonly appData?: unknown };
  transportClosed: { readonly id: number; readonly reason?: string | undefined };
  transportStats: { readonly id: number; readonly stats: Record<string, unknown>[] };
  producerStats: { readonly id: number; readonly stats: Record<string, unknown>[] };
  consumerStats: { readonly id: number; readonly peerName: string; readonly stats: Record<string, unknown>[] };
  producerPaused: { readonly id: number; readonly peerName: string };
  producerResumed: { readonly id: number; readonly peerName: string };
  producerClosed: { readonly id: number; readonly peerName: string };
  newPeer: PeerEntry;
  peerClosed: { readonly name: string; readonly reason?: string | undefined; readonly appData?: unknown };
  newConsumer: ConsumerEntry;
  consumerClosed: { readonly id: number; readonly peerName: string; readonly reason?: string | undefined };
  consumerPaused: { readonly id: number; readonly peerName: string };
  consumerResumed: { readonly id: number; readonly peerName: string };
  consumerPreferredProfileSet: { readonly id: number; readonly peerName: string; readonly profile: PreferredProfile };
  consumerEffectiveProfileChanged: {
    readonly id: number;
    readonly peerName: string;
    readonly profile: EffectiveProfile;
  };
  textMessage: { readonly peerName: string; readonly text: string };
}

/** One of {@link ServerWords}. */
export type ServerWord = keyof ServerWords;

/** What a client said, in the family's words. */
export interface Said {
  readonly word: ClientWord;
  /** As the dialect has it. */
  readonly kind: 'request' | 'notification';
  /** Its data, or the field that is wrong. */
  readonly data: ParseResult<unknown>;
  /** Puts the answer into the words of the dialect. */
  answer(data: unknown): unknown;
}

/** A dialect of the family: what it calls things, and where it differs from its sisters. */
export interface V2Dialect {
  /** As the folders are named; also the path that clients connect to. */
  readonly name: string;
  /** What a message of a client means; undefined: it is unknown. */
  hear(method: string, payload: unknown): Said | undefined;
  /** What the client is to be told; undefined where the dialect has no word for it. */
  say<Word extends ServerWord>(word: Word, data: ServerWords[Word]): Saying | undefined;
  /** What a client can decode that need not say so when it joins; and the answer tells it what the room can carry. */
  assumedCapabilities?(routerRtpCapabilities: RtpCapabilities): RtpCapabilities;
  /** Whether receivers choose among the streams of a simulcast producer. Where not, they get the best that the path takes. */
  readonly hasProfiles: boolean;
}

/** What a client is told. */
interface Saying extends V2Message {
  /** Its genuine clients do not know it. */
  readonly isOurs: boolean;
}
