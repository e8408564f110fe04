import type { MediaKind } from '@tureen/protocol/common';

import type { Logger } from '../shared/logger.ts';
import type { MediaConnectionState, MediaConsumer, MediaProduceOptions, MediaProducer } from './MediaEngine.ts';

/**
 * How a stream that can be pulled looks in RTP, in the server's own words. What is not read here may be there. Numbers
 * that are absent or 0 are not known.
 */
export interface PulledRtp {
  /** Such as `opus`, `H264`. */
  readonly codec: string;
  /** Hz. */
  readonly clock_rate: number;
  readonly channel?: number | undefined;
  /** As in an `a=fmtp` line, without the payload type. */
  readonly fmtp_param: string;
  readonly payload_type: number;
  readonly rtx_payload_type?: number | undefined;
  readonly mid_ext_id?: number | undefined;
  readonly tcc_ext_id?: number | undefined;
  readonly abs_send_time_ext_id?: number | undefined;
}

/** One stream to pull. */
export interface PullRequest {
  /** Becomes the id of the MediaConsumer. */
  readonly id: string;
  readonly kind: MediaKind;
  readonly rtpParam: PulledRtp;
}

/** Sends an offer to the server and resolves to the SDP of its answer. Errors are passed on. */
export type SdpExchange = (offer: string) => Promise<string>;

/** As {@link SdpExchange}, of a push. `id`, where the server gives one, is that of the producer, in place of the options' own. */
export type PushExchange = (offer: string) => Promise<{ readonly sdp: string; readonly id?: string | undefined }>;

export interface PeerConnectionHandlers {
  /** Each change of the connection; `closed` once and last, whoever closed it. */
  onConnectionState(state: MediaConnectionState): void;
}

export interface PeerConnectionPushOptions extends MediaProduceOptions {
  /** Becomes the id of the MediaProducer, unless the server names it. */
  readonly id: string;
}

/** A pushed track. Its `mid` says which media section of the offer it was. */
export interface PushedProducer extends MediaProducer {
  readonly mid: string;
}

/** Codes of failures of two tracks in one offer that one of them alone may be to blame for. */
export const mayBeTheOther: ReadonlySet<string> = new Set([
  'requestRefused',
  'mediaFailed',
  'unsupportedCodec',
  'badResponse',
]);

/** Width of the black placeholder video: less than any camera's, see `InboundMonitor`. */
export const blackWidth = 16;

/** The media of one connection attempt. `close()` ends everything; the next attempt opens another session. */
export interface PeerConnectionSession {
  readonly closed: boolean;
  /**
   * A connection with one offer for this track. It lasts until the producer is closed. `unsupportedCodec` when this
   * browser lacks what the server wants, or the server takes none of what is offered.
   */
  push(
    options: PeerConnectionPushOptions,
    exchange: PushExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<PushedProducer>;
  /**
   * A connection with one offer for all of these: one, or an audio and a video for which `canPullTogether` is true. Sections
   * are in the order given, and so is the answer: audio first. The connection lasts until the last consumer is closed.
   * `unsupportedCodec` names what this browser cannot receive.
   */
  pull(
    wanted: readonly PullRequest[],
    exchange: SdpExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<readonly MediaConsumer[]>;
  /** Whether these fit into one connection: one audio and one video at most, and no number that means two things. */
  canPullTogether(wanted: readonly Pick<PullRequest, 'kind' | 'rtpParam'>[]): boolean;
  /** Whether this browser decodes it. */
  canReceive(wanted: Pick<PullRequest, 'kind' | 'rtpParam'>): boolean;
  /** Merges the statistics of all connections of a direction; null without connections. */
  getTransportStats(direction: 'send' | 'recv'): Promise<RTCStatsReport | null>;
  /** Idempotent. Pending calls reject with `closed`; late answers are dropped. */
  close(): void;
}

/**
 * The port for engines that exchange media with a server that answers SDP offers, one connection per push and per pull.
 * Everything rejects with TureenError only.
 */
export interface PeerConnectionMedia {
  /** `logger`: the room's, for an engine that was given none. */
  open(logger?: Logger): PeerConnectionSession;
}
