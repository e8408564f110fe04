import { type LayerSupport, fitEncodings } from '../fitEncodings.ts';
import type { MediaProduceOptions } from '../MediaEngine.ts';
import type { PeerConnectionProfile } from '../PeerConnectionMedia.ts';

/** The server reads no modes from an offer, and forwards whole streams. */
const support: LayerSupport = { ignoresModes: false, sendsDescriptor: true, forwardsDescriptor: false };

/**
 * Returns the encodings of the sender. Several encodings are simulcast, except for RTCPilot, which does not support rid. Throws
 * `unsupported` as `fitEncodings` does.
 */
export function toSendEncodings(
  { encodings = [], codec = '' }: Pick<MediaProduceOptions, 'encodings' | 'codec'>,
  profile: PeerConnectionProfile,
): RTCRtpEncodingParameters[] {
  const fitting = fitEncodings(encodings, { ...support, codec, isNamed: true });
  if (fitting.length > 1 && profile !== 'rtcpilot') return fitting.map((one, index) => ({ ...one, rid: `r${index}` }));
  return fitting.slice(-1);
}
