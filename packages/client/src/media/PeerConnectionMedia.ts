import type { MediaKind } from '@tureen/protocol/common';

import type {
  MediaConnectionState,
  MediaConsumer,
  MediaOpenOptions,
  MediaProduceOptions,
  MediaProducer,
} from './MediaEngine.ts';

/**
 * Kind of the server. `standard`: accepts VP8 and H264, and sends as the answer states. `rtcpilot`: accepts opus and H264 42e01f
 * only, without simulcast, and forwards packets as the publisher sent them.
 */
export type PeerConnectionProfile = 'standard' | 'rtcpilot';

/**
 * RTP parameters of a stream to pull, with the names of the server. Numbers that are absent or 0 are unknown. The server may send
 * more fields.
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

/** As {@link SdpExchange}, for a push. An `id` of the server replaces the id of the options. */
export type PushExchange = (offer: string) => Promise<{ readonly sdp: string; readonly id?: string | undefined }>;

export interface PeerConnectionHandlers {
  /** Called on each change of the connection; `closed` once and last, whichever end closes. */
  onConnectionState(state: MediaConnectionState): void;
}

export interface PeerConnectionPushOptions extends MediaProduceOptions {
  /** Becomes the id of the MediaProducer, unless the server names it. */
  readonly id: string;
}

/** A pushed track. `mid`: its media section in the offer. */
export interface PushedProducer extends MediaProducer {
  readonly mid: string;
}

/** Codes of failures of an offer with two tracks that one of the tracks may cause alone. */
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
   * Opens a connection for a track, which lasts until the producer closes. Rejects with `unsupportedCodec` where browser and
   * server have no common codec.
   */
  push(
    options: PeerConnectionPushOptions,
    exchange: PushExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<PushedProducer>;
  /**
   * Opens a connection for a stream, or for an audio and a video stream for which `canPullTogether` is true, audio first. The
   * sections and the result have the order of the request. The connection lasts until the last consumer closes. Rejects with
   * `unsupportedCodec` where the browser cannot receive a codec, which the error names.
   */
  pull(
    streams: readonly PullRequest[],
    exchange: SdpExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<readonly MediaConsumer[]>;
  /** Whether streams fit into one connection: at most one audio and one video stream, without conflicting numbers. */
  canPullTogether(streams: readonly Pick<PullRequest, 'kind' | 'rtpParam'>[]): boolean;
  /** Whether the browser can decode a stream. */
  canReceive(stream: Pick<PullRequest, 'kind' | 'rtpParam'>): boolean;
  /** Merges the statistics of all connections of a direction; null without connections. */
  getTransportStats(direction: 'send' | 'recv'): Promise<RTCStatsReport | null>;
  /** Idempotent. Pending calls reject with `closed`; late answers are dropped. */
  close(): void;
}

/** What an engine gets from the room and its dialect for a session. An engine that wraps another passes the object on. */
export interface PeerConnectionOpenOptions extends MediaOpenOptions {
  /** Default `standard`. */
  readonly profile?: PeerConnectionProfile | undefined;
  /** STUN and TURN servers of the dialect. They win over those that the engine was configured with. */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
}

/**
 * The port for engines that exchange media with a server that answers SDP offers, one connection per push and per pull.
 * All calls reject with TureenError only.
 */
export interface PeerConnectionMedia {
  /** Opens the media of one connection attempt. */
  open(options?: PeerConnectionOpenOptions): PeerConnectionSession;
}
