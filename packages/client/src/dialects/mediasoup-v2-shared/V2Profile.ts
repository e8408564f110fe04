import type { ParseResult } from '@tureen/protocol/common';
import type {
  EffectiveProfile,
  Extension,
  PreferredProfile,
  V2Message,
  V2Peer,
  V2RtpCapabilities,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { RoomCapabilities } from '../../room/capabilities.ts';

/** What the session says to the server, in the words of mediasoup-v2. */
export type ClientWord =
  | 'queryRoom'
  | 'join'
  | 'leave'
  | 'createTransport'
  | 'closeTransport'
  | 'updateTransport'
  | 'restartTransport'
  | 'createProducer'
  | 'pauseProducer'
  | 'resumeProducer'
  | 'closeProducer'
  | 'enableConsumer'
  | 'pauseConsumer'
  | 'resumeConsumer'
  | 'setConsumerPreferredProfile'
  | 'enableTransportStats'
  | 'enableProducerStats'
  | 'enableConsumerStats'
  | 'disableTransportStats'
  | 'disableProducerStats'
  | 'disableConsumerStats'
  | 'closeConsumer'
  | 'textMessage';

/**
 * The protocol package of one dialect of the family, as the session uses it: it knows which data goes with which method, and
 * by which name of its own it has a word of mediasoup-v2.
 */
interface V2Codec {
  canonicalMethod: (name: string) => string;
  isServerMethod(name: string): boolean;
  readServerMessage(method: never, payload: unknown): ParseResult<unknown>;
  readResponse(method: never, data: unknown): ParseResult<unknown>;
  writeClientMessage(method: never, data: never): V2Message;
}

/** How a consumer is to be enabled. */
interface EnableRequest {
  readonly id: number;
  readonly transportId: number;
  readonly paused: boolean;
  readonly preferredProfile: PreferredProfile | undefined;
  /** Whether it comes with retransmission. */
  readonly useRtx: boolean;
}

/** All in which the dialects of the family differ, as data. */
export interface V2Profile {
  /** As in the documentation and the URL path. */
  readonly name: string;
  readonly capabilities: RoomCapabilities;
  readonly codec: V2Codec;
  /** The room's capabilities are asked for before joining; else they come with the answer to join. */
  readonly queriesRoom: boolean;
  /** Join names the peer, and may ask for a spy's place; else the connection's URL has the name. */
  readonly namesPeer: boolean;
  /** What is said to have a consumer sent. Without `paused` it is sent at once. */
  readonly enable: (request: EnableRequest) => object;
}

/** The answer to join, read; what the dialect does not have is missing. */
export interface JoinAnswer {
  /** Where it was not asked for before. */
  readonly rtpCapabilities?: V2RtpCapabilities;
  readonly peers: readonly V2Peer[];
  readonly extensions?: readonly Extension[];
  /** Good for one resume. */
  readonly resumeToken?: string;
  /** What lives on of what was held. */
  readonly resumed?: {
    readonly producers: readonly { readonly id: number; readonly paused: boolean }[];
    readonly consumers: readonly { readonly id: number; readonly paused: boolean; readonly producerPaused: boolean }[];
  };
}

/** The answer to enableConsumer, read; older dialects say nothing. */
export interface EnableAnswer {
  readonly paused?: boolean;
  readonly effectiveProfile?: EffectiveProfile | null;
}
