import { TureenError } from '../../shared/errors.ts';
import type { PulledRtp } from '../PeerConnectionMedia.ts';
import { describePulled, isSameCodec } from './codecs.ts';
import { fmtpOf, keepPayloadTypes, parseSdp, rtxOf, writeSdp, type Section } from './sdp.ts';

export interface AlignOptions {
  /** False: renumbers header extensions only. */
  readonly renumberPayloadTypes: boolean;
  /**
   * Whether the server rewrites the MID of packets to the MID of this offer. False: packets keep the MID of the publisher's
   * connection.
   */
  readonly isMidRewritten: boolean;
}

type ExtensionId = 'mid_ext_id' | 'tcc_ext_id' | 'abs_send_time_ext_id';

const extensions: Readonly<Record<string, ExtensionId>> = {
  'urn:ietf:params:rtp-hdrext:sdes:mid': 'mid_ext_id',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01': 'tcc_ext_id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time': 'abs_send_time_ext_id',
};

/**
 * Aligns a receive offer with the publisher, whose packets the server forwards unchanged. Each section keeps one codec, with the
 * payload type and the header extension IDs of `rtpParams`. Null where payload types differ and must not be renumbered.
 */
export function alignPullOffer(offer: string, rtpParams: readonly PulledRtp[], options: AlignOptions): string | null {
  const sdp = parseSdp(offer);
  for (const [index, section] of sdp.media.entries()) {
    const rtpParam = rtpParams[index];
    if (rtpParam !== undefined && !alignSection(section, rtpParam, options)) return null;
  }
  return writeSdp(sdp);
}

/** Returns false where the section would need another payload type. */
function alignSection(section: Section, rtpParam: PulledRtp, options: AlignOptions): boolean {
  const wanted = describePulled(rtpParam);
  const own = section.rtp.find(({ codec, rate, payload }) =>
    isSameCodec(wanted, { name: codec, clockRate: rate ?? 0, fmtp: fmtpOf(section, payload) }),
  )?.payload;
  if (own === undefined)
    throw new TureenError('unsupportedCodec', `${rtpParam.codec} cannot be received: this browser lacks it`);
  const { payload_type: payloadType, rtx_payload_type: rtxPayloadType } = rtpParam;
  const numbers = new Map([[own, payloadType]]);
  const rtx = rtxOf(section, own);
  // Where rtx must not be renumbered either, lost packets are sent again under the payload type of the codec.
  if (rtx !== undefined && rtxPayloadType && (options.renumberPayloadTypes || rtx === rtxPayloadType))
    numbers.set(rtx, rtxPayloadType);
  if (!options.renumberPayloadTypes && own !== payloadType) return false;
  keepPayloadTypes(section, [...numbers.keys()]);
  renumber(section, numbers);
  section.ext = (section.ext ?? []).flatMap((extension) => {
    const name = extensions[extension.uri];
    const id = name === undefined || (name === 'mid_ext_id' && !options.isMidRewritten) ? undefined : rtpParam[name];
    return id ? [{ ...extension, value: id }] : [];
  });
  return true;
}

function renumber(section: Section, numbers: ReadonlyMap<number, number>): void {
  const renumbered = (payload: number) => numbers.get(payload) ?? payload;
  section.payloads = [...numbers.values()].join(' ');
  section.rtp = section.rtp.map((one) => ({ ...one, payload: renumbered(one.payload) }));
  section.fmtp = section.fmtp.map(({ payload, config }) => ({
    payload: renumbered(payload),
    config: config.replace(/\bapt=(\d+)/, (_, apt: string) => `apt=${renumbered(Number(apt))}`),
  }));
  section.rtcpFb &&= section.rtcpFb.map((one) => ({ ...one, payload: renumbered(Number(one.payload)) }));
}
