import type { MediaKind, RtpCapabilities, RtpCodecCapability, RtpParameters } from '@tureen/protocol/common';
import { codecName, codecNames, isRtx } from './codecNames.ts';
import { OfferError } from './OfferError.ts';
import type { Offer, OfferedSection } from './readOffer.ts';
import { sectionCapabilities } from './sectionCapabilities.ts';

/** Maximum number of compared entries of one codec, since each takes time. Chromium has six of H264. */
const MAX_ENTRIES = 16;

/** Producer that a pull requests. */
export interface WantedMedia {
  readonly kind: MediaKind;
  /** Parameters with which the router sends to a consumer. */
  readonly rtpParameters: RtpParameters;
  /** Section that already carries this media, on a connection on which the client offers again. */
  readonly mid: string | undefined;
  /** Whether a client with these capabilities can decode this media. */
  readonly canReceive: (rtpCapabilities: RtpCapabilities) => boolean;
}

/** Section in which the media of one producer is sent, and the client's capabilities there. */
export interface PlannedSection<Wanted extends WantedMedia> {
  readonly wanted: Wanted;
  readonly mid: string;
  /** Codec, and its retransmissions where the offer has the router's payload type for them. */
  readonly rtpCapabilities: RtpCapabilities;
  /** Payload type of the codec in the offer. */
  readonly payloadType: number;
}

/** Plan for the answer to a pull. */
export interface PlannedPull<Wanted extends WantedMedia> {
  readonly sections: readonly PlannedSection<Wanted>[];
  /** Whether the offer has the router's payload types. */
  readonly isAligned: boolean;
}

/** Options of a pull. */
export interface PullRules {
  /** Mids of sections that belong to earlier pulls on the same connection. */
  readonly reserved?: ReadonlySet<string>;
  /** Whether to skip producers whose codec the offer lacks, if at least one other can be sent. Default false. */
  readonly allowUnusable?: boolean;
}

/**
 * Assigns each producer the next section of its kind, with the producer's codec, under the payload type of the offer.
 *
 * @throws OfferError where no section remains, the codec is missing, or a payload type has two meanings.
 */
export function planPull<Wanted extends WantedMedia>(
  { sections }: Offer,
  wanted: readonly Wanted[],
  { reserved = new Set(), allowUnusable = false }: PullRules = {},
): PlannedPull<Wanted> {
  const free = sections.filter(({ isReceiving, mid }) => isReceiving && !reserved.has(mid));
  const found = wanted.map((one) => {
    const section = one.mid === undefined ? takeNext(free, one) : existing(sections, one.mid);
    return { one, ...choose(section, one) };
  });
  const chosen = found.filter((one) => one.missing === undefined);
  const [missing] = found.flatMap((one) => one.missing ?? []);
  if (missing !== undefined && (!allowUnusable || chosen.length === 0)) throw new OfferError(missing);
  const payloadTypes = new Map<number, number>();
  for (const { from, codec } of chosen) addNumber(payloadTypes, from, codec.preferredPayloadType);
  const isAligned = [...payloadTypes].every(([from, to]) => from === to);
  return {
    isAligned,
    sections: chosen.map(({ one, mid, codec, rtx, headerExtensions }) => ({
      wanted: one,
      mid,
      payloadType: codec.preferredPayloadType,
      rtpCapabilities: { codecs: [withoutRemb(codec), ...(rtx === undefined ? [] : [rtx])], headerExtensions },
    })),
  };
}

function takeNext(free: OfferedSection[], one: WantedMedia): OfferedSection {
  const index = free.findIndex(({ kind }) => kind === one.kind);
  const section = free[index];
  if (section === undefined) throw new OfferError(`the offer has no ${one.kind} section left for ${nameOf(one)}`);
  free.splice(index, 1);
  return section;
}

function existing(sections: readonly OfferedSection[], mid: string): OfferedSection {
  const section = sections.find((one) => one.mid === mid && one.isReceiving);
  if (section === undefined) throw new OfferError(`the offer lacks section "${mid}" of the earlier offer`);
  return section;
}

/** Finds the producer's codec in the offer, preferably under the router's payload type. Otherwise returns the refusal. */
function choose(section: OfferedSection, one: WantedMedia) {
  const { mid } = section;
  const { codecs, headerExtensions } = sectionCapabilities(section);
  const { codec: sent, rtx: sentRtx } = codecsOf(one);
  const name = codecName(sent.mimeType);
  const like = codecs.filter(({ mimeType }) => mimeType.toLowerCase() === sent.mimeType.toLowerCase());
  if (like.length === 0) {
    const names = codecNames(one.kind, { codecs });
    return { missing: `section "${mid}" must offer ${name}; it offers ${names || 'nothing'}` };
  }
  const isAligned = ({ preferredPayloadType }: RtpCodecCapability) => preferredPayloadType === sent.payloadType;
  const codec = [...like.filter(isAligned), ...like.filter((other) => !isAligned(other))]
    .slice(0, MAX_ENTRIES)
    .find((candidate) => one.canReceive({ codecs: [candidate], headerExtensions: [] }));
  if (codec === undefined) return { missing: `section "${mid}" must offer ${name} with ${fmtpOf(sent.parameters)}` };
  const rtx = codecs.find(
    ({ mimeType, preferredPayloadType, parameters }) =>
      isRtx(mimeType) &&
      preferredPayloadType === sentRtx?.payloadType &&
      parameters?.apt === codec.preferredPayloadType,
  );
  return { missing: undefined, mid, codec, rtx, headerExtensions, from: sent.payloadType };
}

function addNumber(payloadTypes: Map<number, number>, from: number, to: number): void {
  const known = payloadTypes.get(from);
  if (known === to) return;
  if (known !== undefined)
    throw new OfferError(`one codec must have one payload type, not ${String(known)} and ${String(to)}`);
  if ([...payloadTypes.values()].includes(to))
    throw new OfferError(`payload type ${String(to)} is used for two codecs`);
  payloadTypes.set(from, to);
}

/** The worker does not use the bandwidth estimates of REMB, and logs a warning for each. */
function withoutRemb({ rtcpFeedback = [], ...codec }: RtpCodecCapability): RtpCodecCapability {
  return { ...codec, rtcpFeedback: rtcpFeedback.filter(({ type }) => type !== 'goog-remb') };
}

function fmtpOf(parameters: RtpCodecCapability['parameters'] = {}): string {
  return Object.entries(parameters)
    .filter(([key]) => ['packetization-mode', 'profile-level-id', 'profile-id'].includes(key))
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(';');
}

function nameOf(wanted: WantedMedia): string {
  return codecName(codecsOf(wanted).codec.mimeType);
}

function codecsOf({ rtpParameters: { codecs } }: WantedMedia) {
  const codec = codecs.find(({ mimeType }) => !isRtx(mimeType));
  if (codec === undefined) throw new OfferError('the producer has no codec');
  const rtx = codecs.find(({ mimeType, parameters }) => isRtx(mimeType) && parameters?.apt === codec.payloadType);
  return { codec, rtx };
}
