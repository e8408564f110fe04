import type { MediaKind, RtpCapabilities, RtpParameters, SctpStreamParameters } from '@tureen/protocol/common';
import type { Permissions } from './permissions.ts';
import type { Transport } from './Transport.ts';

/** Client program of a peer, in the peer's own description. */
export interface Device {
  /** Short machine name, e.g. `chrome`. */
  readonly flag: string;
  readonly name: string;
  readonly version: string;
}

/** Identity and limits of a peer, known when its client connects. */
export interface PeerOptions {
  /** ID that is unique among joined peers; see {@link JoinOptions.onDuplicate}. */
  readonly id: string;
  /** Dialect of the client. Dialects pass the name on to other peers; the room does not read it. */
  readonly dialect: string;
  readonly remoteAddress?: string | undefined;
  /** Transports above the limit of the room, for a dialect that creates one for each pull. Default 0. */
  readonly extraTransports?: number | undefined;
  /** Permissions of the peer. Default: all. */
  readonly permissions?: Permissions | undefined;
  /** Limit of transports where the room sets none. Default 3. */
  readonly defaultMaxTransports?: number | undefined;
}

/** Options of a join. */
export interface JoinOptions {
  /** Display name. Default: the ID. */
  readonly displayName?: string | undefined;
  /** Client program. Default: unknown. */
  readonly device?: Device | undefined;
  /** Data of the app for the other peers; any JSON. */
  readonly appData?: unknown;
  /**
   * Whether the peer only watches and listens: it is in no list of peers, may not produce, and does not keep the room open.
   * Default false.
   */
  readonly hidden?: boolean | undefined;
  /**
   * Outcome where a peer of the same ID and dialect is in the room: that peer is closed (`replaced`), or this one is
   * refused. A peer of another dialect always stays, and a reconnecting peer is always closed. Default `refuse`.
   */
  readonly onDuplicate?: 'replace' | 'refuse' | undefined;
}

/** Purpose and form of a transport. */
export interface CreateTransportOptions {
  readonly isProducing: boolean;
  readonly isConsuming: boolean;
  /** Whether to offer only TCP candidates. Default false. */
  readonly forceTcp?: boolean | undefined;
  /** Whether to support data channels. Default false. */
  readonly enableSctp?: boolean | undefined;
  /** Whether consumers on the transport may have payload types other than the router's. Default false. */
  readonly renumbers?: boolean | undefined;
  /**
   * Whether, at the limit, an older transport for the same purpose closes if it is no longer connected or is empty. For
   * dialects in which a client cannot close a transport that it replaces. Default false.
   */
  readonly mayReplace?: boolean | undefined;
  /** Time for the DTLS handshake after the client connects, in ms; 0: no limit. Default: the limit of the room. */
  readonly dtlsTimeoutMs?: number | undefined;
  /**
   * Whether the server requests key frames for consumers on the transport before the DTLS handshake ends, so that the key
   * frames arrive at that end. Default true.
   */
  readonly requestsEarlyKeyFrames?: boolean | undefined;
}

/** Options of a producer. */
export interface ProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  /** Default false. */
  readonly paused?: boolean | undefined;
  /** Data of the app; any JSON. */
  readonly appData?: unknown;
}

/** Options of a data producer. */
export interface ProduceDataOptions {
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
  /** Data of the app; any JSON. */
  readonly appData?: unknown;
}

/** Options for receiving the other peers' media. */
export interface ConsumeOptions {
  /** Transport of its consumers. */
  readonly transport: Transport;
  /** Capabilities that `PeerConsumers.matchRtpCapabilities` returned. Absent: the peer receives no media. */
  readonly rtpCapabilities: RtpCapabilities | undefined;
  /** Whether the peer receives data channels; the transport must support them too. */
  readonly data: boolean;
  /** Whether the client receives every consumer at once. Video may then flow before the client accepts. Default false. */
  readonly earlyMedia?: boolean | undefined;
}

/** Options of a consumer for one chosen producer. */
export interface PullOptions {
  readonly transport: Transport;
  readonly rtpCapabilities: RtpCapabilities;
  /** Media section in which the client expects the consumer. */
  readonly mid: string;
  /** Payload type that the client expects for the codec, on a transport that renumbers. */
  readonly payloadType?: number | undefined;
}

/** IDs of all entities that a resuming client still has. */
export interface ResumableIds {
  readonly producers: ReadonlySet<string>;
  readonly consumers: ReadonlySet<string>;
  readonly dataProducers: ReadonlySet<string>;
  readonly dataConsumers: ReadonlySet<string>;
}
