import type { MediaKind, RtpParameters, SctpStreamParameters, Source } from '@tureen/protocol/common';

/** Which way a transport carries media, seen from here. */
export type TransportDirection = 'send' | 'recv';

/** Who did it: this end, the other peer, the server, or nobody can tell (v2 does not say). */
export type Actor = 'local' | 'remote' | 'server' | 'unknown';

/** What a peer says of the program it runs. */
export interface DeviceInfo {
  /** Short machine name, e.g. `chrome`; `unknown` where nothing is known. */
  readonly flag: string;
  readonly name: string;
  readonly version: string;
}

/** A peer as a dialect learns of it. */
export interface PeerInfo {
  readonly id: string;
  readonly displayName: string;
  readonly device?: DeviceInfo | undefined;
  readonly appData?: unknown;
  /** The dialect that it speaks, where the server says so. */
  readonly dialect?: string | undefined;
}

/** Spatial and temporal layer, 0 the lowest; no temporal layer means the highest. */
export interface Layers {
  readonly spatialLayer: number;
  readonly temporalLayer?: number | undefined;
}

/** Score of one stream, 0 (unusable) to 10 (perfect), as mediasoup counts it. */
export interface StreamScore {
  readonly ssrc?: number | undefined;
  readonly rid?: string | undefined;
  readonly encodingIdx?: number | undefined;
  readonly score: number;
}

/** Scores of what reaches us (`score`) and of what reaches the server (`producerScore`), 0 to 10. */
export interface ConsumerScore {
  readonly score: number;
  readonly producerScore: number;
  /** One per simulcast stream of the producer. */
  readonly producerScores: readonly number[];
}

/** A consumer that the server has made for us, or would. */
export interface ConsumerOffer {
  readonly id: string;
  /** The same for the same track of a peer after a rejoin, where anything on the wire is. */
  readonly producerId: string;
  readonly peerId: string;
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  /** `camera`, `microphone`, `screen`, `screenAudio`, what the app said, or `unknown`. */
  readonly source: Source;
  readonly type: 'simple' | 'simulcast' | 'svc';
  /** The producer is paused at its source. */
  readonly remotePaused: boolean;
  readonly appData: unknown;
  /** False where nothing here can decode it. */
  readonly supported: boolean;
}

/** A data channel of someone else's that the server would send to us. */
export interface DataConsumerOffer {
  readonly kind: 'data';
  readonly id: string;
  readonly dataProducerId: string;
  /** Null: the server itself speaks. */
  readonly peerId: string | null;
  readonly sctpStreamParameters: SctpStreamParameters;
  readonly label: string;
  readonly protocol: string;
  readonly appData: unknown;
}
