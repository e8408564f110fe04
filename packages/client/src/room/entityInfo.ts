import type { MediaKind, RtpParameters, SctpStreamParameters, Source } from '@tureen/protocol/common';

/** Direction of a transport: whether this client sends or receives media on it. */
export type TransportDirection = 'send' | 'recv';

/**
 * Cause of a change: the app (`local`), the remote peer, the server, or `unknown` where the dialect does not report the cause.
 */
export type Actor = 'local' | 'remote' | 'server' | 'unknown';

/** Program that a peer runs, as the peer describes it. */
export interface DeviceInfo {
  /** Short machine name, e.g. `chrome`; `unknown` where the program is not known. */
  readonly flag: string;
  /** Name for people, e.g. `Chrome`. */
  readonly name: string;
  /** Version; empty where it is not known. */
  readonly version: string;
}

/** Remote peer, as the dialect reports it. */
export interface PeerInfo {
  readonly id: string;
  readonly displayName: string;
  readonly device?: DeviceInfo | undefined;
  readonly appData?: unknown;
  /** Dialect of the peer's client, where the server sends it. */
  readonly dialect?: string | undefined;
}

/** Spatial and temporal layer, 0 the lowest. Without a temporal layer: the highest. */
export interface Layers {
  readonly spatialLayer: number;
  readonly temporalLayer?: number | undefined;
}

/** Score of one stream, 0 (unusable) to 10 (perfect), as mediasoup counts. */
export interface StreamScore {
  /** SSRC, RID or index of the encoding: the server sends one of them or more. */
  readonly ssrc?: number | undefined;
  readonly rid?: string | undefined;
  readonly encodingIdx?: number | undefined;
  readonly score: number;
}

/** Scores of a consumer, 0 to 10. */
export interface ConsumerScore {
  /** Quality on the way from the server to this client. */
  readonly score: number;
  /** Quality on the way from the remote peer to the server, of the stream that the server forwards. */
  readonly producerScore: number;
  /** One score per simulcast stream of the producer. */
  readonly producerScores: readonly number[];
}

/** Consumer that the server has created, or would create. */
export interface ConsumerOffer {
  readonly id: string;
  /** Producer ID. Stays the same for a track after a rejoin, where the protocol names producers. */
  readonly producerId: string;
  readonly peerId: string;
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  /** `camera`, `microphone`, `screen`, `screenAudio`, a name that the app gave, or `unknown`. */
  readonly source: Source;
  readonly type: 'simple' | 'simulcast' | 'svc';
  /** Whether the remote peer paused its producer. */
  readonly remotePaused: boolean;
  readonly appData: unknown;
  /** False where this browser cannot decode the track. */
  readonly supported: boolean;
}

/** Data channel of a remote peer or of the server, which this room can receive. */
export interface DataConsumerOffer {
  readonly kind: 'data';
  readonly id: string;
  readonly dataProducerId: string;
  /** Remote peer that sends. Null: the server itself. */
  readonly peerId: string | null;
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
  readonly appData: unknown;
}
