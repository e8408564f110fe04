import type { MediaKind } from '@tureen/protocol/common';

import type {
  MediaConnectionState,
  MediaConsumer,
  MediaOpenOptions,
  MediaProduceOptions,
  MediaProducer,
} from './MediaEngine.ts';

/**
 * Kind of the server. `standard`: accepts VP8 and H264, and sends as the answer states. `rtcpilot`: accepts only opus and H264
 * 42e01f without simulcast, and forwards packets as the publisher sent them.
 */
export type PeerConnectionProfile = 'standard' | 'rtcpilot';

/**
 * RTP parameters of a stream to pull, with the server's names. A number that is absent or 0 is unknown. The server may send more
 * fields.
 */
export interface PulledRtp {
  /** Name of the codec, such as `opus` or `H264`. */
  readonly codec: string;
  /** Clock rate in Hz. */
  readonly clock_rate: number;
  /** Number of audio channels. */
  readonly channel?: number | undefined;
  /** Parameters of the codec as in an `a=fmtp` line, without the payload type. */
  readonly fmtp_param: string;
  /** Payload type of the codec. */
  readonly payload_type: number;
  /** Payload type of retransmissions. */
  readonly rtx_payload_type?: number | undefined;
  /** IDs of the header extensions: MID, transport-wide congestion control, absolute send time. */
  readonly mid_ext_id?: number | undefined;
  readonly tcc_ext_id?: number | undefined;
  readonly abs_send_time_ext_id?: number | undefined;
}

/** Stream to pull. */
export interface PullRequest {
  /** ID of the resulting `MediaConsumer`. */
  readonly id: string;
  readonly kind: MediaKind;
  readonly rtpParam: PulledRtp;
}

/** Sends an offer to the server and resolves to the SDP of its answer. The engine passes errors on. */
export type SdpExchange = (offer: string) => Promise<string>;

/** Sends the offer of a push, as {@link SdpExchange}. An `id` of the server replaces the ID in the options. */
export type PushExchange = (offer: string) => Promise<{ readonly sdp: string; readonly id?: string | undefined }>;

/** Events of a connection. */
export interface PeerConnectionHandlers {
  /** Reports each change of the state. `closed` comes once and last, whichever end closes. */
  onConnectionState(state: MediaConnectionState): void;
}

/** Options to push a track. */
export interface PeerConnectionPushOptions extends MediaProduceOptions {
  /** ID of the resulting `MediaProducer`, unless the server assigns one. */
  readonly id: string;
}

/** Pushed track. */
export interface PushedProducer extends MediaProducer {
  /** MID of its media section in the offer. */
  readonly mid: string;
}

/** Error codes of an offer with two tracks that one of the tracks may cause alone. */
export const mayBeTheOther: ReadonlySet<string> = new Set([
  'requestRefused',
  'mediaFailed',
  'unsupportedCodec',
  'badResponse',
]);

/** Width of the black placeholder video: less than any camera's, see `InboundMonitor`. */
export const blackWidth = 16;

/** Media of one attempt to join. `close()` ends everything; the next attempt opens another session. */
export interface PeerConnectionSession {
  readonly closed: boolean;
  /**
   * Pushes a track. `standard`: over a new connection, which closes with the producer. `rtcpilot`: over a free media section of an
   * open connection, if there is one. Rejects with `unsupportedCodec` where browser and
   * server have no common codec.
   */
  push(
    options: PeerConnectionPushOptions,
    exchange: PushExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<PushedProducer>;
  /**
   * Pulls one stream over a new connection, or an audio and a video stream for which `canPullTogether` returns true, audio first.
   * The media sections and the result have the order of the request. The connection closes with its last consumer. Rejects with
   * `unsupportedCodec`, naming the codec, where the browser cannot receive it.
   */
  pull(
    streams: readonly PullRequest[],
    exchange: SdpExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<readonly MediaConsumer[]>;
  /**
   * Returns whether one connection can carry the streams: at most one audio and one video stream, without conflicting numbers.
   */
  canPullTogether(streams: readonly Pick<PullRequest, 'kind' | 'rtpParam'>[]): boolean;
  /** Returns whether the browser can decode a stream. */
  canReceive(stream: Pick<PullRequest, 'kind' | 'rtpParam'>): boolean;
  /** Merges the statistics of all connections of a direction. Null without connections. */
  getTransportStats(direction: 'send' | 'recv'): Promise<RTCStatsReport | null>;
  /** Closes all connections. Idempotent. Pending calls reject with `closed`; later answers are dropped. */
  close(): void;
}

/** Options of `PeerConnectionMedia.open()`, from the room and its dialect. An engine that wraps another passes the object on. */
export interface PeerConnectionOpenOptions extends MediaOpenOptions {
  /** Kind of the server. Default `standard`. */
  readonly profile?: PeerConnectionProfile | undefined;
  /** STUN and TURN servers of the dialect, which override those of the engine. */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
}

/**
 * Port for engines whose server answers SDP offers, with one connection per push and per pull. All calls reject with TureenError
 * only.
 */
export interface PeerConnectionMedia {
  /** Opens the media of one attempt to join. */
  open(options?: PeerConnectionOpenOptions): PeerConnectionSession;
}
