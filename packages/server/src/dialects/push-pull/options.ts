import { defaultOfferLimits } from './sdp/readOffer.ts';
import type { OfferLimits } from './sdp/readOffer.ts';

/** Options of the dialect. */
export interface PushPullOptions {
  /**
   * `standard`, or as RTCPilot does: silence where a request is unknown, refusals in its few words, nothing additive in
   * message or field, opus and H264 alone, no simulcast, and whoever joins under an id that is there takes it over. Default `standard`.
   */
  readonly profile?: 'standard' | 'rtcpilot' | undefined;
  /** Time that a connected client has to join, in ms. Default 10 000. */
  readonly joinTimeoutMs?: number | undefined;
  /**
   * Grace period in which a disconnected user may resume with its token, in ms; 0: there are no tokens. The server keeps
   * clients without tokens while their media flows. Default 30 000; 0 in profile `rtcpilot`.
   */
  readonly reconnectGraceMs?: number | undefined;
  /** Longest SDP offer that is read, in bytes. Default 16384. */
  readonly maxOfferBytes?: number | undefined;
  /** Most `a=ssrc` and `a=ssrc-group` lines of an SDP offer. Default 64. */
  readonly maxOfferSsrcLines?: number | undefined;
}

/** {@link PushPullOptions} with the defaults filled in. */
export interface PushPullSettings extends OfferLimits {
  readonly isRtcPilot: boolean;
  readonly joinTimeoutMs: number;
  readonly reconnectGraceMs: number;
}

/** Fills in the defaults. */
export function toSettings({
  profile = 'standard',
  joinTimeoutMs = 10_000,
  reconnectGraceMs = 30_000,
  maxOfferBytes = defaultOfferLimits.maxOfferBytes,
  maxOfferSsrcLines = defaultOfferLimits.maxOfferSsrcLines,
}: PushPullOptions): PushPullSettings {
  const isRtcPilot = profile === 'rtcpilot';
  return {
    isRtcPilot,
    joinTimeoutMs,
    reconnectGraceMs: isRtcPilot ? 0 : reconnectGraceMs,
    maxOfferBytes,
    maxOfferSsrcLines,
  };
}

/** Deadlines of the server, in ms. The dialect declares none. */
export const timeouts = {
  /** For the next message of a user, including heartbeats. */
  forgetUserMs: 45_000,
  /** For a disconnected user without a token whose media still flows. */
  reconnectMs: 20_000,
  /** For a media connection whose client is gone; its pushers then close. */
  deadConnectionMs: 10_000,
  /** For a media connection to come up after the response. */
  setUpConnectionMs: 35_000,
} as const;
