import { keepPayloadTypes, parseSdp, payloadTypesOf, setFmtp, writeSdp } from './sdp.ts';

/**
 * Rewrites an offer so that every server of the dialect can read it. RTCPilot crashes on an rtcp-fb before its rtpmap, and on one
 * of an unmapped payload type; Firefox writes both. RTCPilot refuses an offer with candidates. It requires two parameters of
 * opus, of which Firefox writes only one.
 */
export function prepareOffer(offer: string): string {
  const sdp = parseSdp(offer);
  // Firefox writes the fingerprint at the session level, where some servers do not look.
  const { fingerprint } = sdp;
  for (const section of sdp.media) {
    delete section.candidates;
    delete section.endOfCandidates;
    // Firefox gives a bundled section port 0. A server that does not support bundle-only reads that as rejected.
    section.port ||= 9;
    delete section.bundleOnly;
    if (fingerprint !== undefined) section.fingerprint ??= fingerprint;
    if (section.direction === 'recvonly') {
      delete section.ssrcs;
      delete section.ssrcGroups;
    }
    keepPayloadTypes(section, payloadTypesOf(section));
    for (const { codec, payload } of section.rtp)
      if (codec.toLowerCase() === 'opus') setFmtp(section, payload, { minptime: 10, useinbandfec: 1 });
  }
  return writeSdp(sdp);
}
