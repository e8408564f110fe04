import type { MediaKind, RtpCapabilities, RtpParameters, SctpStreamParameters } from '@tureen/protocol/common';
import type { Permissions } from './permissions.ts';
import type { Transport } from './Transport.ts';

/** The client program of a peer, as the peer describes it. */
export interface Device {
  /** Short machine name, e.g. `chrome`. */
  readonly flag: string;
  readonly name: string;
  readonly version: string;
}

/** Identity and limits of a peer, known when its client connects. */
export interface PeerOptions {
  /** Unique among joined peers; see {@link JoinOptions.onDuplicate}. */
  readonly id: string;
  /** Dialect of the client. Dialects pass it on to other peers; the room does not read it. */
  readonly dialect: string;
  readonly remoteAddress?: string | undefined;
  /** Transports beyond the limit of the room, for a dialect that makes one for each pull. Default 0. */
  readonly extraTransports?: number | undefined;
  /** What the peer may do. Default: everything. */
  readonly permissions?: Permissions | undefined;
  /** Limit of transports where the room sets none. Default 3. */
  readonly defaultMaxTransports?: number | undefined;
}

/** How a peer joins. */
export interface JoinOptions {
  /** Default: the id. */
  readonly displayName?: string | undefined;
  /** Default: none is known. */
  readonly device?: Device | undefined;
  /** Data of the app for the other peers; any JSON. */
  readonly appData?: unknown;
  /** Watches and listens only: is in no list of peers, may not produce, does not keep the room open. Default false. */
  readonly hidden?: boolean | undefined;
  /**
   * What happens where a peer of the same ID and dialect is in the room: that peer is closed (`replaced`), or this one is refused.
   * A peer of another dialect always stays, and a reconnecting peer is always closed. Default `refuse`.
   */
  readonly onDuplicate?: 'replace' | 'refuse' | undefined;
}

/** Purpose and form of a transport. */
export interface CreateTransportOptions {
  readonly isProducing: boolean;
  readonly isConsuming: boolean;
  /** Default false. */
  readonly forceTcp?: boolean | undefined;
  /** Supports data channels. Default false. */
  readonly enableSctp?: boolean | undefined;
  /** Whether consumers on it may have other payload types than the router. Default false. */
  readonly renumbers?: boolean | undefined;
  /**
   * Whether, at the limit, an older transport for the same purpose closes that is connected no longer or carries nothing. For
   * dialects in which a client cannot close a transport that it replaces. Default false.
   */
  readonly mayReplace?: boolean | undefined;
  /** Time for the DTLS handshake after the client connects, in ms; 0 sets no limit. Default: the limit of the room. */
  readonly dtlsTimeoutMs?: number | undefined;
}

/** Media that a peer sends. */
export interface ProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  /** Default false. */
  readonly paused?: boolean | undefined;
  /** Data of the app; any JSON. */
  readonly appData?: unknown;
}

/** A data channel that a peer sends. */
export interface ProduceDataOptions {
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
  /** Data of the app; any JSON. */
  readonly appData?: unknown;
}

/** How a peer receives what the other peers send. */
export interface ConsumeOptions {
  /** Transport of its consumers. */
  readonly transport: Transport;
  /** Capabilities that `PeerConsumers.matchRtpCapabilities` returned. Absent: the peer receives no media. */
  readonly rtpCapabilities: RtpCapabilities | undefined;
  /** Whether the peer receives data channels; the transport must support them too. */
  readonly data: boolean;
}

/** How a peer receives one producer that it chose. */
export interface PullOptions {
  readonly transport: Transport;
  readonly rtpCapabilities: RtpCapabilities;
  /** Media section in which the client expects the consumer. */
  readonly mid: string;
  /** Payload type that the client expects for the codec, on a transport that renumbers. */
  readonly payloadType?: number | undefined;
}

/** IDs of everything that a client still has of the session it resumes. */
export interface ResumableIds {
  readonly producers: ReadonlySet<string>;
  readonly consumers: ReadonlySet<string>;
  readonly dataProducers: ReadonlySet<string>;
  readonly dataConsumers: ReadonlySet<string>;
}
