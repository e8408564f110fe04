import { TureenError } from '../../shared/errors.ts';
import type { PulledRtp } from '../PeerConnectionMedia.ts';
import { describePulled, isSameCodec } from './codecs.ts';
import { fmtpOf, keepPayloadTypes, parseSdp, rtxOf, writeSdp, type Section } from './sdp.ts';

export interface AlignOptions {
  /** False: only header extensions are renumbered. */
  readonly renumberPayloadTypes: boolean;
  /**
   * Whether the server makes the packets bear the mid of this offer, and can make them bear its payload types. False: both
   * are the publisher's own.
   */
  readonly isRewritten: boolean;
}

type ExtensionId = 'mid_ext_id' | 'tcc_ext_id' | 'abs_send_time_ext_id';

const extensions: Readonly<Record<string, ExtensionId>> = {
  'urn:ietf:params:rtp-hdrext:sdes:mid': 'mid_ext_id',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01': 'tcc_ext_id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time': 'abs_send_time_ext_id',
};

/**
 * Gives an offer to receive the numbers of what will come: the server forwards the packets of the publisher as they are,
 * so section by section one codec is left, under the payload type and with the header extension ids of `rtpParams`.
 */
export function alignPullOffer(offer: string, rtpParams: readonly PulledRtp[], options: AlignOptions): string {
  const sdp = parseSdp(offer);
  for (const [index, section] of sdp.media.entries()) {
    const rtpParam = rtpParams[index];
    if (rtpParam !== undefined) alignSection(section, rtpParam, options);
  }
  return writeSdp(sdp);
}

function alignSection(section: Section, rtpParam: PulledRtp, options: AlignOptions): void {
  const wanted = describePulled(rtpParam);
  const own = section.rtp.find(({ codec, rate, payload }) =>
    isSameCodec(wanted, { name: codec, clockRate: rate ?? 0, fmtp: fmtpOf(section, payload) }),
  )?.payload;
  if (own === undefined) throw cannotReceive(rtpParam, 'this browser lacks it');
  const { payload_type: payloadType, rtx_payload_type: rtxPayloadType } = rtpParam;
  let rtx = rtxOf(section, own);
  if (!rtxPayloadType) rtx = undefined;
  if (options.renumberPayloadTypes) {
    keepPayloadTypes(section, rtx === undefined ? [own] : [own, rtx]);
    renumber(
      section,
      new Map([[own, payloadType], ...(rtx === undefined ? [] : [[rtx, rtxPayloadType ?? 0] as const])]),
    );
  } else {
    if (own !== payloadType && !options.isRewritten)
      throw cannotReceive(rtpParam, `it is sent as payload type ${payloadType}, and this browser takes ${own} only`);
    keepPayloadTypes(section, rtx === undefined || rtx !== rtxPayloadType ? [own] : [own, rtx]);
  }
  section.ext = (section.ext ?? []).flatMap((extension) => {
    const name = extensions[extension.uri];
    const id = name === undefined || (name === 'mid_ext_id' && !options.isRewritten) ? undefined : rtpParam[name];
    return id ? [{ ...extension, value: id }] : [];
  });
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

const cannotReceive = ({ codec }: PulledRtp, why: string): TureenError =>
  new TureenError('unsupportedCodec', `${codec} cannot be received: ${why}`);
