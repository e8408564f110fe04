import type { MediaKind, RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import { codecName, codecNames, isRtx } from './codecNames.ts';
import { OfferError } from './OfferError.ts';
import type { Offer } from './readOffer.ts';
import { sectionCapabilities } from './sectionCapabilities.ts';

/** What a pull asks for. */
export interface WantedMedia {
  readonly kind: MediaKind;
  /** As a consumer would be sent it. */
  readonly rtpParameters: RtpParameters;
}

/** In which section it is sent, and what the client can receive there. */
export interface PlannedPull<Wanted extends WantedMedia> {
  readonly wanted: Wanted;
  readonly mid: string;
  readonly rtpCapabilities: RtpCapabilities;
}

/**
 * Gives each of the wanted the next section of its kind. What is sent bears the router's payload types, whoever receives
 * it: an offer must have the codec under the very number.
 *
 * @throws OfferError where there is no section left, or no such codec, or under another number.
 */
export function planPull<Wanted extends WantedMedia>(
  { sections }: Offer,
  wanted: readonly Wanted[],
): readonly PlannedPull<Wanted>[] {
  const free = sections.filter(({ isReceiving }) => isReceiving);
  return wanted.map((one) => {
    const index = free.findIndex(({ kind }) => kind === one.kind);
    const section = free[index];
    if (section === undefined) throw new OfferError(`the offer has no ${one.kind} section left for ${nameOf(one)}`);
    free.splice(index, 1);
    const { mid } = section;
    return { wanted: one, mid, rtpCapabilities: narrow(sectionCapabilities(section), one, mid) };
  });
}

/** To the one codec, so that nothing else is chosen, and its retransmissions where they have the router's number too. */
function narrow(offered: Required<RtpCapabilities>, wanted: WantedMedia, mid: string): RtpCapabilities {
  const { codec, rtx } = codecsOf(wanted);
  const name = codecName(codec.mimeType);
  const like = offered.codecs.filter(({ mimeType }) => mimeType.toLowerCase() === codec.mimeType.toLowerCase());
  if (like.length === 0) {
    const names = codecNames(wanted.kind, offered);
    throw new OfferError(`section "${mid}" must offer ${name}; it offers ${names || 'nothing'}`);
  }
  const same = like.find(({ preferredPayloadType }) => preferredPayloadType === codec.payloadType);
  if (same === undefined) {
    const numbers = like.map(({ preferredPayloadType }) => String(preferredPayloadType)).join(', ');
    throw new OfferError(
      `section "${mid}" must offer ${name} as payload type ${String(codec.payloadType)}; it is offered as ${numbers}`,
    );
  }
  const sameRtx = offered.codecs.find(
    ({ mimeType, preferredPayloadType, parameters }) =>
      isRtx(mimeType) && preferredPayloadType === rtx?.payloadType && parameters?.apt === codec.payloadType,
  );
  return {
    codecs: sameRtx === undefined ? [same] : [same, sameRtx],
    headerExtensions: offered.headerExtensions,
  };
}

function nameOf(wanted: WantedMedia): string {
  return codecName(codecsOf(wanted).codec.mimeType);
}

function codecsOf({ rtpParameters: { codecs } }: WantedMedia) {
  const codec = codecs.find(({ mimeType }) => !isRtx(mimeType));
  if (codec === undefined) throw new OfferError('what is wanted has no codec');
  const rtx = codecs.find(({ mimeType, parameters }) => isRtx(mimeType) && parameters?.apt === codec.payloadType);
  return { codec, rtx };
}
