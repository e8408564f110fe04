import type { ProducerEncoding } from '../MediaEngine.ts';
import type { PeerConnectionProfile } from './codecs.ts';

/** Simulcast where there are several; RTCPilot would forward one of them and knows no rid. */
export function toSendEncodings(
  encodings: readonly ProducerEncoding[],
  profile: PeerConnectionProfile,
): RTCRtpEncodingParameters[] {
  if (encodings.length > 1 && profile !== 'rtcpilot')
    return encodings.map((one, index) => ({ ...one, rid: `r${index}` }));
  return encodings.slice(-1).map((one) => ({ ...one }));
}
