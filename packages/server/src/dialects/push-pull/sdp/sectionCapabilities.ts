import type { RtpCapabilities, RtpCodecCapability } from '@tureen/protocol/common';
import { extractRtpCapabilities } from 'mediasoup-client/handlers/sdp/commonUtils';
import { validateAndNormalizeRtpCapabilities } from 'mediasoup-client/ortc';
import type { MediaDescription } from 'sdp-transform';
import { OfferError } from './OfferError.ts';
import type { OfferedSection } from './readOffer.ts';

/** Reads the client's capabilities from one section. Sections may use one payload type for different codecs. */
export function sectionCapabilities({ mid, description }: OfferedSection): Required<RtpCapabilities> {
  const sdpObject = { version: 0, origin, name: '-', timing: { start: 0, stop: 0 }, media: [description] };
  try {
    const capabilities = extractRtpCapabilities({ sdpObject });
    validateAndNormalizeRtpCapabilities(capabilities);
    const { codecs = [], headerExtensions = [] } = capabilities as RtpCapabilities;
    return { codecs: inOrderOfMLine(codecs, description), headerExtensions };
  } catch (error) {
    throw new OfferError(`section "${mid}" is invalid: ${error instanceof Error ? error.message : 'no SDP'}`);
  }
}

/** Returns the codecs of the `m=` line, in the client's order of preference. Other lines count only with an entry there. */
function inOrderOfMLine(codecs: readonly RtpCodecCapability[], { payloads = '' }: MediaDescription) {
  const order = String(payloads).split(' ').map(Number);
  const rank = ({ preferredPayloadType }: RtpCodecCapability) => order.indexOf(preferredPayloadType);
  return codecs.filter((codec) => rank(codec) >= 0).sort((one, other) => rank(one) - rank(other));
}

const origin = { username: '-', sessionId: 0, sessionVersion: 0, netType: 'IN', ipVer: 4, address: '0.0.0.0' };
