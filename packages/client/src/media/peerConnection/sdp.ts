import type { SessionDescription } from 'sdp-transform';

import { TureenError } from '../../shared/errors.ts';
import { parse, write } from '../sdpTransform.ts';

export type Section = SessionDescription['media'][number] & { icelite?: string };
export type Sdp = Omit<SessionDescription, 'media'> & { media: Section[] };

/** Parses an SDP. Reads a=msid separately, as Firefox writes it with braces, where sdp-transform stops. */
export function parseSdp(text: string): Sdp {
  const sdp = parse(text);
  const sections = text.split(/^(?=m=)/m).slice(1);
  for (const [index, section] of sdp.media.entries())
    section.msid &&= [...(sections[index] ?? '').matchAll(/^a=msid:(\S+)(?: (\S+))?/gm)].map(
      ([, id = '', appdata = id]) => ({ id, appdata }),
    );
  return sdp;
}

/** Writes an SDP with attributes in a fixed order: in each section rtpmap, fmtp, rtcp-fb, then the rest. */
export const writeSdp = (sdp: Sdp): string => write(sdp);

/** Creates the error for a malformed answer of the server. */
export const badSdp = (problem: string): TureenError => new TureenError('badResponse', `the answer's SDP: ${problem}`);

/** Returns the payload types of the m-line. The parser returns a single one as a number. */
export const payloadTypesOf = (section: Section): number[] =>
  String(section.payloads ?? '')
    .split(' ')
    .filter((one) => /^\d+$/.test(one))
    .map(Number);

/**
 * Keeps only these payload types, in the m-line and the attributes. Firefox leaves attributes of payload types that it does not
 * list.
 */
export function keepPayloadTypes(section: Section, payloadTypes: readonly number[]): void {
  const isKept = ({ payload }: { payload: number | string }) => payloadTypes.includes(Number(payload));
  section.payloads = payloadTypes.join(' ');
  section.rtp = section.rtp.filter(isKept);
  section.fmtp = section.fmtp.filter(isKept);
  section.rtcpFb &&= section.rtcpFb.filter(({ payload }) => String(payload) === '*' || isKept({ payload }));
}

const notMedia = /^(?:rtx|red|ulpfec|flexfec.*|cn|telephone-event)$/i;

/** Returns the names of the codecs of a section for messages, without retransmission and error correction. */
export function codecNames({ type, rtp }: Section): string {
  const names = new Set(rtp.map(({ codec }) => codec).filter((codec) => !notMedia.test(codec)));
  return `${[...names].join(', ') || 'no codec'} (${type})`;
}

/** Returns the parameters of a payload type by name, as text. */
export const fmtpOf = (section: Section, payloadType: number): Map<string, string> =>
  parseFmtp(section.fmtp.find(({ payload }) => payload === payloadType)?.config);

/** Reads the parameters of an `a=fmtp` line without its payload type, by name. */
export const parseFmtp = (config = ''): Map<string, string> =>
  new Map(
    config
      .split(';')
      .map((part) => part.trim())
      .filter(Boolean)
      .map((part) => {
        const [name = '', ...value] = part.split('=');
        return [name.toLowerCase(), value.join('=')];
      }),
  );

/** Sets some parameters of one payload type, and leaves the others. */
export function setFmtp(
  section: Section,
  payloadType: number,
  values: Readonly<Record<string, string | number>>,
): void {
  const parameters = fmtpOf(section, payloadType);
  for (const [name, value] of Object.entries(values)) parameters.set(name, String(value));
  const config = [...parameters].map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join(';');
  section.fmtp = section.fmtp.filter(({ payload }) => payload !== payloadType);
  section.fmtp.push({ payload: payloadType, config });
}

/** Returns the payload type of retransmissions of `payloadType`, if there is one. */
export const rtxOf = (section: Section, payloadType: number): number | undefined =>
  section.rtp.find(
    ({ codec, payload }) =>
      codec.toLowerCase() === 'rtx' && fmtpOf(section, payload).get('apt') === String(payloadType),
  )?.payload;
