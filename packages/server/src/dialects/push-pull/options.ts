import { defaultOfferLimits } from './sdp/readOffer.ts';
import type { OfferLimits } from './sdp/readOffer.ts';

/** Options of the dialect. */
export interface PushPullOptions {
  /**
   * `standard`, or `rtcpilot` to behave as RTCPilot: no response to unknown requests, its few refusal texts, no additive
   * messages or fields, only opus and H264, no simulcast, and a user that joins under an existing ID replaces the other.
   * Default `standard`.
   */
  readonly profile?: 'standard' | 'rtcpilot' | undefined;
  /** Time in which a connected client must join, in ms. Default 10 000. */
  readonly joinTimeoutMs?: number | undefined;
  /**
   * Grace period in which a disconnected user may resume with its token, in ms; 0: no tokens. The server keeps clients
   * without tokens while their media flows. Default 30 000; 0 in profile `rtcpilot`.
   */
  readonly reconnectGraceMs?: number | undefined;
  /** Maximum size of an SDP offer, in bytes. Default 16384. */
  readonly maxOfferBytes?: number | undefined;
  /** Maximum number of `a=ssrc` and `a=ssrc-group` lines in an SDP offer. Default 64. */
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

/** Deadlines of the server, in ms. The dialect defines none. */
export const timeouts = {
  /** Time until the next message of a user, including heartbeats. */
  forgetUserMs: 45_000,
  /** Time for a disconnected user without a token whose media still flows. */
  reconnectMs: 20_000,
  /** Time for a media connection that the client lost. Then its pushers close. */
  deadConnectionMs: 10_000,
  /** Time for a media connection to come up after the response. */
  setUpConnectionMs: 35_000,
} as const;
