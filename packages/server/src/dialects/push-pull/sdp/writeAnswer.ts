import { randomCname } from '@tureen/protocol/common';
import type { DtlsParameters, IceCandidate, IceParameters, RtpParameters } from '@tureen/protocol/common';
import { formatFmtp } from '@tureen/protocol/push-pull';
import { write } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { cleanParameters } from './cleanParameters.ts';
import { codecName } from './codecNames.ts';
import type { Offer, OfferedSection } from './readOffer.ts';

/** Server's end of the connection. */
export interface AnsweringTransport {
  readonly iceParameters: IceParameters;
  readonly iceCandidates: readonly IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
}

/** Answer to one section. */
export interface AnsweredSection {
  readonly direction: 'sendonly' | 'recvonly' | 'inactive';
  readonly rtpParameters: RtpParameters;
  /** Restriction identifiers of the accepted simulcast streams. */
  readonly rids?: readonly string[] | undefined;
  /** IDs of stream and track at the client, where the server sends. */
  readonly msid?: { readonly streamId: string; readonly trackId: string } | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Usual placeholder for address and port, which ICE determines. */
const anywhere = { port: 7, connection: { version: 4, ip: '127.0.0.1' } };

/** Characters allowed in `a=msid`. Others could end the line. */
const TOKEN = /^[\w!#$%&'*+.^`{|}~-]{1,64}$/;

/** Writes the answer to an offer, with its sections in order. Refuses sections whose MID is not in `answered`. */
export function writeAnswer(
  { sections, isExtmapMixed }: Offer,
  transport: AnsweringTransport,
  answered: ReadonlyMap<string, AnsweredSection>,
): string {
  const fingerprints = transport.dtlsParameters.fingerprints;
  const fingerprint = fingerprints.find(({ algorithm }) => algorithm === 'sha-256') ?? fingerprints[0];
  const mids = sections.map(({ mid }) => mid).filter((mid) => answered.has(mid));
  const session: Mutable<SessionDescription> = {
    version: 0,
    origin: { username: 'tureen', sessionId: '1', sessionVersion: 1, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
    name: '-',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    groups: [{ type: 'BUNDLE', mids: mids.join(' ') }],
    msidSemantic: { semantic: 'WMS', token: '*' },
    media: sections.map((section) => {
      const answer = answered.get(section.mid);
      return answer === undefined ? refusedSection(section) : acceptedSection(section, answer, transport);
    }),
  };
  if (fingerprint !== undefined) session.fingerprint = { type: fingerprint.algorithm, hash: fingerprint.value };
  if (isExtmapMixed) session.extmapAllowMixed = 'extmap-allow-mixed';
  return write(session);
}

function refusedSection({ mid, description: { type, protocol, payloads = '0' } }: OfferedSection): MediaDescription {
  const { connection } = anywhere;
  return {
    type,
    port: 0,
    protocol,
    payloads: String(payloads),
    connection,
    mid,
    direction: 'inactive',
    rtp: [],
    fmtp: [],
  };
}

function acceptedSection(
  { mid, description: { type, protocol } }: OfferedSection,
  { direction, rtpParameters, rids = [], msid }: AnsweredSection,
  { iceParameters, iceCandidates }: AnsweringTransport,
): MediaDescription {
  const { codecs, headerExtensions = [] } = rtpParameters;
  const section: MediaDescription = {
    type,
    ...anywhere,
    protocol,
    payloads: codecs.map(({ payloadType }) => payloadType).join(' '),
    mid,
    direction,
    setup: 'passive',
    iceUfrag: iceParameters.usernameFragment,
    icePwd: iceParameters.password,
    candidates: iceCandidates.map(toCandidateLine),
    endOfCandidates: 'end-of-candidates',
    rtcpMux: 'rtcp-mux',
    rtcpRsize: 'rtcp-rsize',
    rtp: codecs.map(({ payloadType, mimeType, clockRate, channels = 1 }) => ({
      payload: payloadType,
      codec: codecName(mimeType),
      rate: clockRate,
      ...(channels > 1 ? { encoding: channels } : {}),
    })),
    fmtp: codecs.flatMap(({ payloadType, parameters }) => {
      const config = formatFmtp(cleanParameters(parameters));
      return config === '' ? [] : [{ payload: payloadType, config }];
    }),
    rtcpFb: codecs.flatMap(({ payloadType, rtcpFeedback = [] }) =>
      rtcpFeedback.map(({ type: feedback, parameter }) => ({
        payload: payloadType,
        type: feedback,
        ...(parameter ? { subtype: parameter } : {}),
      })),
    ),
    ext: headerExtensions.map(({ uri, id }) => ({ uri, value: id })),
  };
  if (rids.length > 0) {
    section.rids = rids.map((id) => ({ id, direction: 'recv' }));
    section.simulcast = { dir1: 'recv', list1: rids.join(';') };
  }
  return msid === undefined ? section : { ...section, ...senderLines(rtpParameters, msid) };
}

/** Returns the lines for the SSRCs of one stream and its retransmissions. */
function senderLines(
  { encodings = [], rtcp: { cname = randomCname() } = {} }: RtpParameters,
  { streamId, trackId }: NonNullable<AnsweredSection['msid']>,
): Pick<MediaDescription, 'msid' | 'ssrcs' | 'ssrcGroups'> {
  const [{ ssrc, rtx } = {}] = encodings;
  // `-`: no stream.
  const stream = TOKEN.test(streamId) ? streamId : '-';
  const ssrcs = [ssrc, rtx?.ssrc].filter((id) => id !== undefined);
  return {
    msid: [{ id: stream, appdata: trackId }],
    ssrcs: ssrcs.map((id) => ({ id, attribute: 'cname', value: cname })),
    ...(ssrcs.length > 1 ? { ssrcGroups: [{ semantics: 'FID', ssrcs: ssrcs.join(' ') }] } : {}),
  };
}

function toCandidateLine({ foundation, protocol, priority, address, port, type, tcpType }: IceCandidate) {
  return {
    foundation,
    component: 1,
    transport: protocol,
    priority,
    ip: address,
    port,
    type,
    ...(tcpType === undefined ? {} : { tcptype: tcpType }),
  };
}
