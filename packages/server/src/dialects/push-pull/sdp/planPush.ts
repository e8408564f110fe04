import type { MediaKind, RtpCapabilities, RtpEncodingParameters, RtpParameters } from '@tureen/protocol/common';
import { getCname } from 'mediasoup-client/handlers/sdp/commonUtils';
import { getRtpEncodings } from 'mediasoup-client/handlers/sdp/unifiedPlanUtils';
import {
  getExtendedRtpCapabilities,
  getSendingRemoteRtpParameters,
  getSendingRtpParameters,
  reduceCodecs,
} from 'mediasoup-client/ortc';
import type { types } from 'mediasoup-client';
import { codecNames } from './codecNames.ts';
import { NoCodecError } from './NoCodecError.ts';
import { OfferError } from './OfferError.ts';
import type { Offer, OfferedSection } from './readOffer.ts';
import { sectionCapabilities } from './sectionCapabilities.ts';

/** Section of a push, with its producer and its part of the answer. */
export interface PlannedPush {
  readonly mid: string;
  readonly kind: MediaKind;
  /** Parameters with which the client will send, under its own payload types. */
  readonly rtpParameters: RtpParameters;
  /** Parameters of the answer, under the client's payload types. */
  readonly answered: RtpParameters;
  /** Restriction identifiers of the simulcast streams. */
  readonly rids: readonly string[];
}

/** Media that a room accepts from a push. */
export interface PushRules {
  readonly routerRtpCapabilities: RtpCapabilities;
  readonly allowSimulcast: boolean;
  /** Whether to skip sections without a usable codec, if at least one other section has one. Default false. */
  readonly allowUnusable?: boolean;
}

const DEPENDENCY_DESCRIPTOR = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/**
 * Plans each section of an offer that sends media.
 *
 * @throws OfferError where no section sends, or a section cannot be accepted.
 */
export function planPush({ sections }: Offer, rules: PushRules): readonly PlannedPush[] {
  const sending = sections.filter(({ isSending }) => isSending);
  if (sending.length === 0) throw new OfferError('no section of the offer sends media');
  if (rules.allowUnusable !== true) return sending.map((section) => planSection(section, rules));
  const { planned, unusable } = planUsable(sending, rules);
  if (planned.length === 0) throw unusable ?? new OfferError('no section of the offer sends media');
  return planned;
}

/** Returns the sections that have a codec in common with the router. */
function planUsable(sending: readonly OfferedSection[], rules: PushRules) {
  const planned: PlannedPush[] = [];
  let unusable: NoCodecError | undefined;
  for (const section of sending) {
    try {
      planned.push(planSection(section, rules));
    } catch (error) {
      if (!(error instanceof NoCodecError)) throw error;
      unusable ??= error;
    }
  }
  return { planned, unusable };
}

function planSection(section: OfferedSection, { routerRtpCapabilities, allowSimulcast }: PushRules): PlannedPush {
  const { mid, description } = section;
  const kind = section.kind!;
  const offered = sectionCapabilities(section);
  // The helper fills in missing fields, so it gets a copy.
  const taken = structuredClone(routerRtpCapabilities) as types.RtpCapabilities;
  // Uses the client's first codec, not the router's.
  const extended = getExtendedRtpCapabilities(offered as types.RtpCapabilities, taken, true);
  const sent = getSendingRtpParameters(kind, extended);
  const answered = getSendingRemoteRtpParameters(kind, extended);
  if (sent.codecs.length === 0) {
    const names = codecNames(kind, offered);
    throw new NoCodecError(
      `section "${mid}" has no supported codec: offered ${names || 'none'}, supported ${codecNames(kind, routerRtpCapabilities)}`,
    );
  }
  // All shared codecs match; the client sends one.
  const sentCodecs = reduceCodecs(sent.codecs);
  const rids = ridsOf(section);
  if (rids.length > 1 && !allowSimulcast)
    throw new OfferError(`section "${mid}" uses simulcast, which is not supported`);
  return {
    mid,
    kind,
    rids,
    rtpParameters: {
      ...sent,
      mid,
      codecs: sentCodecs,
      rtcp: { cname: getCname({ offerMediaObject: description }), reducedSize: true },
      encodings: encodingsOf(section, sentCodecs, rids),
    },
    answered: {
      ...answered,
      codecs: withOpusAsOffered(reduceCodecs(answered.codecs), sentCodecs),
      headerExtensions: (answered.headerExtensions ?? []).filter(
        ({ uri }) => uri !== DEPENDENCY_DESCRIPTOR || /\/(av1|h264)$/i.test(sentCodecs[0]?.mimeType ?? ''),
      ),
    } as RtpParameters,
  };
}

function ridsOf({ description: { rids = [], simulcast } }: OfferedSection): readonly string[] {
  if (simulcast === undefined) return [];
  return rids.filter(({ direction }) => direction === 'send').map(({ id }) => String(id));
}

function encodingsOf(
  { mid, description }: OfferedSection,
  codecs: types.RtpCodecParameters[],
  rids: readonly string[],
): RtpEncodingParameters[] {
  if (rids.length > 0) return rids.map((rid) => ({ rid }));
  // Without SSRCs, the MID identifies the only stream.
  if ((description.ssrcs ?? []).length === 0) return [{}];
  const encodings = getRtpEncodings({ offerMediaObject: description, codecs });
  const ssrcs = encodings.flatMap(({ ssrc = 0, rtx }) => (rtx === undefined ? [ssrc] : [ssrc, rtx.ssrc]));
  if (!ssrcs.every(isSsrc)) throw new OfferError(`section "${mid}" has an invalid a=ssrc`);
  return encodings;
}

function isSsrc(ssrc: number): boolean {
  return Number.isInteger(ssrc) && ssrc > 0 && ssrc <= 0xff_ff_ff_ff;
}

/** Copies the client's opus parameters: every receiver can decode any of them. */
function withOpusAsOffered(
  answered: readonly types.RtpCodecParameters[],
  sent: readonly types.RtpCodecParameters[],
): readonly types.RtpCodecParameters[] {
  return answered.map((codec, index) => {
    if (codec.mimeType.toLowerCase() !== 'audio/opus') return codec;
    const { 'sprop-stereo': isStereo, ...offered } = sent[index]?.parameters ?? {};
    return { ...codec, parameters: { ...offered, ...(Number(isStereo) === 1 ? { stereo: 1 } : {}) } };
  });
}
