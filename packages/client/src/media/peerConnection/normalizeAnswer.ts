import { TureenError } from '../../shared/errors.ts';
import { badSdp, codecNames, keepPayloadTypes, parseSdp, payloadTypesOf, writeSdp, type Section } from './sdp.ts';

/**
 * Corrects an answer so that every browser accepts it. RTCPilot always writes a BUNDLE of `0 1`, and also groups with SSRC 0,
 * parameters of payload type 0, the SSRCs of the offer, and ice-lite in the wrong place. Throws `unsupportedCodec` for a section
 * without a codec, and `badResponse` for other errors.
 */
export function normalizeAnswer(answer: string, offer: string): string {
  // Firefox refuses an SDP with any other character.
  if (/[^\r\n -~]/.test(answer)) throw badSdp('it is not ASCII');
  const sdp = parseSdp(answer);
  if (sdp.media.length === 0) throw badSdp('it has no media section');
  const ssrcs = new Set<string>();
  sdp.media = parseSdp(offer).media.map((offered, index) => {
    const section =
      sdp.media.find(({ mid }) => mid !== undefined && String(mid) === String(offered.mid)) ?? sdp.media[index];
    const isIt = section?.type === offered.type && String(section.mid ?? offered.mid) === String(offered.mid);
    if (section === undefined || !isIt) throw refused(offered);
    if (offered.mid !== undefined) section.mid = offered.mid;
    normalizeSection(section, offered);
    for (const ssrc of new Set(section.ssrcs?.map(({ id }) => String(id)))) {
      if (ssrcs.has(ssrc)) throw badSdp(`SSRC ${ssrc} is in two sections`);
      ssrcs.add(ssrc);
    }
    return section;
  });
  if (sdp.media.some(({ icelite }) => icelite !== undefined)) sdp.icelite = 'ice-lite';
  for (const section of sdp.media) delete section.icelite;
  // Groups that lack a member.
  delete sdp.invalid;
  sdp.groups = [{ type: 'BUNDLE', mids: sdp.media.map(({ mid }) => String(mid)).join(' ') }];
  return writeSdp(sdp);
}

/**
 * Throws for an answer without streams, with which RTCPilot accepts a pull of a closed pusher. Only for servers that name
 * streams.
 */
export function checkSources(answer: string): string {
  for (const { type, ssrcs = [] } of parseSdp(answer).media) if (ssrcs.length === 0) throw nothingIsSent(type);
  return answer;
}

function normalizeSection(section: Section, offered: Section): void {
  const own = payloadTypesOf(offered);
  const payloadTypes = payloadTypesOf(section).filter((one) => own.includes(one));
  if (section.port === 0 || payloadTypes.length === 0) throw refused(offered);
  keepPayloadTypes(section, payloadTypes);
  if (section.direction !== 'inactive') section.direction = offered.direction === 'sendonly' ? 'recvonly' : 'sendonly';
  if (section.direction === 'recvonly') {
    // The server repeats the SSRCs of the offer.
    delete section.ssrcs;
    delete section.ssrcGroups;
    return;
  }
  section.ssrcs &&= section.ssrcs.filter(({ id }) => Number(id) !== 0);
  section.ssrcGroups &&= section.ssrcGroups.filter((group) => {
    const members = group.ssrcs.split(' ').map(Number);
    if (members.every((ssrc) => ssrc === 0)) throw nothingIsSent(section.type);
    return !members.includes(0);
  });
}

const nothingIsSent = (kind: string): TureenError => badSdp(`its ${kind} section sends nothing`);

const refused = (offered: Section): TureenError =>
  new TureenError('unsupportedCodec', `the server accepts none of ${codecNames(offered)}`);
