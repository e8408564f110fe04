import type { MediaKind } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import { wrongCodec } from '../checks.ts';
import type { PeerConnectionProfile, PulledRtp, PullRequest } from '../PeerConnectionMedia.ts';
import { parseFmtp } from './sdp.ts';

/** Parameters without which H264 is another codec for RTCPilot. */
const pilotH264 = { 'packetization-mode': '1', 'profile-level-id': '42e01f' };

const offeredByDefault = ['audio/opus', 'video/vp8', 'video/h264'];

/** Returns the codecs to offer, best first. Throws `unsupportedCodec` where the browser has no suitable codec. */
export function codecsToOffer(
  kind: MediaKind,
  mimeType: string | undefined,
  profile: PeerConnectionProfile,
  available: readonly RTCRtpCodec[] = RTCRtpSender.getCapabilities(kind)?.codecs ?? [],
): RTCRtpCodec[] {
  const wanted = mimeType?.toLowerCase();
  if (wanted !== undefined && !wanted.startsWith(`${kind}/`)) throw wrongCodec(mimeType, kind);
  const isPilot = profile === 'rtcpilot';
  const codecs = available.filter((codec) => {
    const name = codec.mimeType.toLowerCase();
    if (wanted === undefined ? !offeredByDefault.includes(name) : name !== wanted) return false;
    return !isPilot || name === 'audio/opus' || (name === 'video/h264' && isPilotH264(codec.sdpFmtpLine));
  });
  if (codecs.length === 0) {
    const missing = mimeType ?? (isPilot && kind === 'video' ? 'H264 42e01f, packetization-mode 1,' : kind);
    throw new TureenError('unsupportedCodec', `${missing} cannot be sent: this browser or the server lacks it`);
  }
  return [...codecs, ...available.filter((codec) => /\/rtx$/i.test(codec.mimeType))];
}

/** Returns whether `codecsToOffer` finds a codec. */
export function canOffer(kind: MediaKind, profile: PeerConnectionProfile): boolean {
  try {
    return codecsToOffer(kind, undefined, profile).length > 0;
  } catch {
    return false;
  }
}

function isPilotH264(fmtp: string | undefined): boolean {
  const parameters = parseFmtp(fmtp);
  return Object.entries(pilotH264).every(([name, value]) => parameters.get(name)?.toLowerCase() === value);
}

/** Returns whether both describe the same codec: same name and rate, and the same variant where a codec has several. */
export function isSameCodec(one: CodecDescription, other: CodecDescription): boolean {
  const name = one.name.toLowerCase();
  return name === other.name.toLowerCase() && one.clockRate === other.clockRate && variant(one) === variant(other);
}

interface CodecDescription {
  readonly name: string;
  readonly clockRate: number;
  readonly fmtp: ReadonlyMap<string, string>;
}

function variant({ name, fmtp }: CodecDescription): string {
  switch (name.toLowerCase()) {
    case 'h264':
      return `${fmtp.get('packetization-mode') ?? '0'} ${h264Profile(fmtp.get('profile-level-id') ?? '42001f')}`;
    case 'vp9':
      return fmtp.get('profile-id') ?? '0';
    case 'av1':
      return fmtp.get('profile') ?? '0';
    default:
      return '';
  }
}

/**
 * Returns the profile without the level. Baseline has several spellings: a bit of its second digit pair marks it as constrained.
 */
function h264Profile(profileLevelId: string): string {
  const [profile, constraints] = [profileLevelId.slice(0, 2), parseInt(profileLevelId.slice(2, 4), 16)];
  return profile === '42' ? `42 ${constraints & 0x40}` : profileLevelId.slice(0, 4).toLowerCase();
}

/** Describes a pulled stream for `isSameCodec`. */
export const describePulled = ({ codec, clock_rate, fmtp_param }: PulledRtp): CodecDescription => ({
  name: codec,
  clockRate: clock_rate,
  fmtp: parseFmtp(fmtp_param),
});

/** Returns the codecs that the browser decodes. Empty outside a browser, where checks of notifications must not fail. */
const receivable = (kind: MediaKind): readonly RTCRtpCodec[] =>
  typeof RTCRtpReceiver === 'undefined' ? [] : (RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []);

/** Returns whether the browser can decode a stream. */
export function canReceive(
  { kind, rtpParam }: Pick<PullRequest, 'kind' | 'rtpParam'>,
  available: readonly RTCRtpCodec[] = receivable(kind),
): boolean {
  const wanted = describePulled(rtpParam);
  return available.some(({ mimeType, clockRate, sdpFmtpLine }) =>
    isSameCodec(wanted, { name: mimeType.slice(kind.length + 1), clockRate, fmtp: parseFmtp(sdpFmtpLine) }),
  );
}

/**
 * Returns whether the streams fit into one connection. A browser reads the packets of a connection by one table. Where streams
 * use different IDs for a header extension, the browser misreads and drops packets.
 */
export function canPullTogether(wanted: readonly Pick<PullRequest, 'kind' | 'rtpParam'>[]): boolean {
  const kinds = new Set(wanted.map(({ kind }) => kind));
  if (wanted.length === 0 || kinds.size !== wanted.length) return false;
  const meanings = new Map<string, string>();
  const isFree = (number: string, meaning: string) => {
    const known = meanings.get(number) ?? meaning;
    meanings.set(number, meaning);
    return known === meaning;
  };
  return wanted.every(({ kind, rtpParam }) => {
    const ids = [rtpParam.mid_ext_id, rtpParam.tcc_ext_id, rtpParam.abs_send_time_ext_id];
    const payloadTypes = [rtpParam.payload_type, rtpParam.rtx_payload_type];
    return (
      ids.every((id, name) => !id || (isFree(`extension ${id}`, String(name)) && isFree(`name ${name}`, String(id)))) &&
      payloadTypes.every((payloadType) => !payloadType || isFree(`payload type ${payloadType}`, kind))
    );
  });
}
