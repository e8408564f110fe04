import type {
  DtlsParameters,
  MediaKind,
  ParseResult,
  RtpCapabilities,
  ServerStat,
  Written,
} from '@tureen/protocol/common';
import type {
  CandidateOptions,
  Direction,
  EffectiveProfile,
  Extension,
  PreferredProfile,
  QueryRoomResponse,
  V2Message,
  V2RtpCapabilities,
  V2RtpParameters,
} from '@tureen/protocol/mediasoup-v2-shared';

/** Data of the messages of a client in all mediasoup 2 dialects, by their mediasoup-v2 names. Fields that a dialect lacks are absent. */
export interface V2ClientData {
  queryRoom: undefined;
  join: {
    /** Absent in the older dialects, whose clients send the name only in the URL. */
    readonly peerName?: string;
    readonly rtpCapabilities?: V2RtpCapabilities;
    readonly spy?: boolean;
    readonly appData?: unknown;
    /** Extensions that the client supports; absent with genuine clients. */
    readonly extensions?: readonly Extension[];
    /** Resumes the peer to which an earlier join response issued the token. */
    readonly resumeToken?: string;
    /** With the token: IDs of the producers and consumers that the client still has. */
    readonly holds?: { readonly producers: readonly number[]; readonly consumers: readonly number[] };
  };
  leave: { readonly appData?: unknown };
  createTransport: {
    readonly id: number;
    /** Default: inferred from the other fields. */
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
    /** Of mediasoup-v2-alpha only. */
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

/** Name of a message in {@link V2ClientData}. */
export type V2ClientMethod = keyof V2ClientData;

/** Consumer as its owner receives it. */
export interface ConsumerEntry {
  readonly id: number;
  readonly kind: MediaKind;
  readonly peerName: string;
  readonly rtpParameters: Written<V2RtpParameters>;
  /** Whether its producer is paused. */
  readonly paused: boolean;
  readonly preferredProfile?: PreferredProfile;
  readonly effectiveProfile?: EffectiveProfile | null;
  readonly appData: unknown;
}

/** Peer as the other peers receive it. */
export interface PeerEntry {
  readonly name: string;
  readonly consumers: readonly ConsumerEntry[];
  readonly appData: unknown;
  readonly dialect: string;
}

/** Data of the messages of the server, by their mediasoup-v2 names. */
export interface V2ServerData {
  closed: { readonly reason?: string | undefined; readonly detail?: string | undefined; readonly appData?: unknown };
  transportClosed: { readonly id: number; readonly reason?: string | undefined };
  transportStats: { readonly id: number; readonly stats: readonly ServerStat[] };
  producerStats: { readonly id: number; readonly stats: readonly ServerStat[] };
  consumerStats: { readonly id: number; readonly peerName: string; readonly stats: readonly ServerStat[] };
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
  welcome: Written<QueryRoomResponse>;
}

/** Name of a message in {@link V2ServerData}. */
export type V2ServerMethod = keyof V2ServerData;

/** Message of a client, under its mediasoup-v2 name. */
export interface V2ClientMessage {
  readonly method: V2ClientMethod;
  /** Kind in the dialect of the client. */
  readonly kind: 'request' | 'notification';
  /** Data of the message, or the malformed field. */
  readonly data: ParseResult<unknown>;
  /** Converts response data to the dialect of the client. */
  writeResponse(data: unknown): unknown;
}

/** Dialect of mediasoup 2: its names for the shared methods, and its differences from the others. */
export interface V2Dialect {
  /** Name of the dialect; also the path to which clients connect. */
  readonly name: string;
  /** Reads a message of a client. Returns undefined where the dialect has no such method. */
  readMessage(method: string, payload: unknown): V2ClientMessage | undefined;
  /** Writes a message of the server. Returns undefined where the dialect has no such method. */
  writeMessage<Method extends V2ServerMethod>(method: Method, data: V2ServerData[Method]): V2ServerMessage | undefined;
  /** Capabilities of clients that send none when they join. Their join response has the capabilities of the router. */
  assumedCapabilities?(routerRtpCapabilities: RtpCapabilities): RtpCapabilities;
  /**
   * Whether receivers choose among the streams of a simulcast producer. Otherwise the server sends the best stream that the
   * path carries.
   */
  readonly hasProfiles: boolean;
}

/** Message of the server, in the dialect of the client. */
export interface V2ServerMessage extends V2Message {
  /** Whether the message is unknown to genuine clients of the dialect. */
  readonly isOurs: boolean;
}
