import type { Permissions } from './permissions.ts';
import type { MediaKind, RtpParameters, SctpStreamParameters } from '@tureen/protocol/common';

/** What a peer says of the program it runs. */
export interface Device {
  /** Short machine name, e.g. `chrome`. */
  readonly flag: string;
  readonly name: string;
  readonly version: string;
}

/** Who a peer is, from the connection on. */
export interface PeerOptions {
  /** Unique among those who joined; see {@link JoinOptions.onDuplicate}. */
  readonly id: string;
  /** The dialect that it speaks, for those who tell others of it; the room does not ask. */
  readonly dialect: string;
  readonly remoteAddress?: string | undefined;
  /** Transports it may have beyond the room's limit, where each pull takes one of its own. Default 0. */
  readonly extraTransports?: number | undefined;
  /** What it may do. Default: everything. */
  readonly permissions?: Permissions | undefined;
  /** Transports it may have where the room sets no limit. Default 3. */
  readonly defaultMaxTransports?: number | undefined;
}

/** What a peer says of itself when it joins. */
export interface JoinOptions {
  /** Default: the id. */
  readonly displayName?: string | undefined;
  /** Default: none is known. */
  readonly device?: Device | undefined;
  /** The app's, for the other peers; any JSON. */
  readonly appData?: unknown;
  /** Watches and listens only: in nobody's list, may not produce, does not keep the room open. Default false. */
  readonly hidden?: boolean | undefined;
  /**
   * What happens where a peer of the same id and dialect is there: it is closed (`replaced`), or this one is refused. One
   * of another dialect always stays, and one that has lost its connection always goes. Default `refuse`.
   */
  readonly onDuplicate?: 'replace' | 'refuse' | undefined;
}

/** What a transport is for. */
export interface CreateTransportOptions {
  readonly isProducing: boolean;
  readonly isConsuming: boolean;
  /** Default false. */
  readonly forceTcp?: boolean | undefined;
  /** With data channels. Default false. */
  readonly enableSctp?: boolean | undefined;
  /** Whether what the peer receives on it may have other payload types than the router's. Default false. */
  readonly renumbers?: boolean | undefined;
  /**
   * Where the peer has as many as it may, an older one for the same purpose closes that its client connected and lost, or
   * that carries nothing. For dialects in which a client cannot close a transport that it replaces. Default false.
   */
  readonly mayReplace?: boolean | undefined;
  /** Time that DTLS has once its client connects it, in ms; 0: no end. Default: the room's. */
  readonly dtlsTimeoutMs?: number | undefined;
}

/** What a peer sends. */
export interface ProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  /** Default false. */
  readonly paused?: boolean | undefined;
  /** The app's; any JSON. */
  readonly appData?: unknown;
}

/** What a peer sends over a data channel. */
export interface ProduceDataOptions {
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
  /** The app's; any JSON. */
  readonly appData?: unknown;
}

/** Ids of all that a client still has of a session whose connection was lost. */
export interface PeerHolds {
  readonly producers: ReadonlySet<string>;
  readonly consumers: ReadonlySet<string>;
  readonly dataProducers: ReadonlySet<string>;
  readonly dataConsumers: ReadonlySet<string>;
}
