import { type LayerSupport, fitEncodings } from '../fitEncodings.ts';
import type { MediaProduceOptions } from '../MediaEngine.ts';
import type { PeerConnectionProfile } from './codecs.ts';

/** The server takes modes from no offer, and forwards a stream as a whole. */
const support: LayerSupport = { ignoresModes: false, sendsDescriptor: true, forwardsDescriptor: false };

/**
 * Simulcast where there are several; RTCPilot would forward one of them and knows no rid. Throws `unsupported` as
 * `fitEncodings`.
 */
export function toSendEncodings(
  { encodings = [], codec = '' }: Pick<MediaProduceOptions, 'encodings' | 'codec'>,
  profile: PeerConnectionProfile,
): RTCRtpEncodingParameters[] {
  const fitting = fitEncodings(encodings, { ...support, codec, isNamed: true });
  if (fitting.length > 1 && profile !== 'rtcpilot') return fitting.map((one, index) => ({ ...one, rid: `r${index}` }));
  return fitting.slice(-1);
}
