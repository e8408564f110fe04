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

/** Messages of the client, by their names in mediasoup-v2. */
export type V2ClientMethod =
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

/** Messages of one dialect in the protocol package. `canonicalMethod` maps a name in mediasoup-v2 to the name in the dialect. */
interface V2Codec {
  canonicalMethod: (name: string) => string;
  isServerMethod(name: string): boolean;
  readServerMessage(method: never, payload: unknown): ParseResult<unknown>;
  readResponse(method: never, data: unknown): ParseResult<unknown>;
  writeClientMessage(method: never, data: never): V2Message;
}

/** Settings of a consumer to enable. */
interface EnableRequest {
  readonly id: number;
  readonly transportId: number;
  readonly paused: boolean;
  readonly preferredProfile: PreferredProfile | undefined;
  /** Whether the consumer has retransmission. */
  readonly useRtx: boolean;
}

/** Differences between the three dialects, as data. */
export interface V2Profile {
  /** Name, as in the documentation and the URL path. */
  readonly name: string;
  readonly capabilities: RoomCapabilities;
  readonly codec: V2Codec;
  /** Whether the client requests the router's capabilities before it joins. Otherwise the response to join has them. */
  readonly queriesRoom: boolean;
  /**
   * Whether the join carries the peer name, and may request the role of a spy. Otherwise the URL of the connection carries the
   * name.
   */
  readonly namesPeer: boolean;
  /** Returns the data of the request that enables a consumer. Without `paused` the server sends at once. */
  readonly enable: (request: EnableRequest) => object;
}

/** Response to join, as read. Fields that the dialect lacks are absent. */
export interface V2JoinResponse {
  /** Present where the client did not request the capabilities before. */
  readonly rtpCapabilities?: V2RtpCapabilities;
  readonly peers: readonly V2Peer[];
  readonly extensions?: readonly Extension[];
  /** Token for one resume. */
  readonly resumeToken?: string;
  /** The resumed entities. */
  readonly resumed?: {
    readonly producers: readonly { readonly id: number; readonly paused: boolean }[];
    readonly consumers: readonly { readonly id: number; readonly paused: boolean; readonly producerPaused: boolean }[];
  };
}

/** Response to enableConsumer, as read. Empty in older dialects. */
export interface EnableConsumerResponse {
  readonly paused?: boolean;
  readonly effectiveProfile?: EffectiveProfile | null;
}
