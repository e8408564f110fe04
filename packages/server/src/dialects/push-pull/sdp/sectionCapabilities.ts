import type { RtpCapabilities } from '@tureen/protocol/common';
import { extractRtpCapabilities } from 'mediasoup-client/handlers/sdp/commonUtils';
import { validateAndNormalizeRtpCapabilities } from 'mediasoup-client/ortc';
import { OfferError } from './OfferError.ts';
import type { OfferedSection } from './readOffer.ts';

/** What a client says, in one section, that it can send or receive. Sections may use one number for different things. */
export function sectionCapabilities({ mid, description }: OfferedSection): Required<RtpCapabilities> {
  const sdpObject = { version: 0, origin, name: '-', timing: { start: 0, stop: 0 }, media: [description] };
  try {
    const capabilities = extractRtpCapabilities({ sdpObject });
    validateAndNormalizeRtpCapabilities(capabilities);
    const { codecs = [], headerExtensions = [] } = capabilities as RtpCapabilities;
    return { codecs, headerExtensions };
  } catch (error) {
    throw new OfferError(`section "${mid}" cannot be read: ${error instanceof Error ? error.message : 'no SDP'}`);
  }
}

const origin = { username: '-', sessionId: 0, sessionVersion: 0, netType: 'IN', ipVer: 4, address: '0.0.0.0' };
