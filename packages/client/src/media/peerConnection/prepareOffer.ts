import { keepPayloadTypes, parseSdp, payloadTypesOf, setFmtp, writeSdp } from './sdp.ts';

/**
 * An offer as every server of this dialect can read it. RTCPilot crashes on an rtcp-fb before its rtpmap, and on one of a
 * payload type that is nowhere mapped (Firefox writes both); it refuses an offer with candidates, and knows opus by two
 * parameters of which Firefox writes one only.
 */
export function prepareOffer(offer: string): string {
  const sdp = parseSdp(offer);
  // Firefox gives it once for all, and so do not all servers look for it.
  const { fingerprint } = sdp;
  for (const section of sdp.media) {
    delete section.candidates;
    delete section.endOfCandidates;
    // Firefox gives a bundled section port 0, which means rejected to a server that does not know bundle-only.
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
