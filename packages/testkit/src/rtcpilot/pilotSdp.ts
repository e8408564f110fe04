/**
 * SDP as the first generation of RTCPilot reads and writes it: line by line, with one codec per kind, and with its mistakes. No SDP library,
 * because a library corrects the mistakes that this code must imitate.
 */

/** Input that crashes the server, which dereferences a codec that it has not read yet. */
export class PilotCrash extends Error {
  override readonly name = 'PilotCrash';
}

export interface PilotCodec {
  readonly name: string;
  readonly payloadType: number;
  readonly rate: number;
  readonly channels: number;
  fmtp: string;
  /** Set by the fmtp of opus. Without it, the answer has no fmtp for opus. */
  isOpusParsed: boolean;
  rtx: number;
  readonly feedback: string[];
}

export interface PilotSsrc {
  readonly ssrc: number;
  isMain: boolean;
  cname: string;
  streamId: string;
}

/** Section. Maps are iterated in the order of their keys. */
export interface PilotSection {
  readonly kind: 'audio' | 'video' | 'unknown';
  mid: number;
  readonly codecs: Map<number, PilotCodec>;
  readonly ssrcs: Map<number, PilotSsrc>;
  readonly extensions: Map<number, string>;
}

export interface PilotOffer {
  origin: string;
  readonly sections: Map<number, PilotSection>;
}

const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const tcc = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
/** Header extensions that an answer keeps. */
const knownExtensions = [
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  tcc,
  mid,
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
];

/** A number as C++ reads it: from the start, ignoring the rest. */
function toNumber(text: string | undefined): number {
  const number = parseInt(text ?? '', 10);
  if (Number.isNaN(number)) throw new Error(`not a number: ${text ?? ''}`);
  return number;
}

/** Reads an offer. Throws if RTCPilot refuses it, and throws a PilotCrash if RTCPilot crashes. */
export function readPilotOffer(type: string, sdp: string): PilotOffer {
  if (type !== 'offer' && type !== 'answer') throw new Error('Unknown SDP type');
  const offer: PilotOffer = { origin: '', sections: new Map() };
  let section: PilotSection | undefined;
  for (const line of sdp.split('\r\n')) {
    const [name, value] = splitLine(line);
    switch (name) {
      case 'o':
        offer.origin = value;
        break;
      case 'candidate':
        throw new Error('ICE candidate parsing not implemented');
      case 'setup':
        if (!['active', 'passive', 'actpass'].includes(value)) throw new Error('Unknown setup type');
        break;
      case 'm': {
        const kind = value.includes('video') ? 'video' : value.includes('audio') ? 'audio' : 'unknown';
        section = { kind, mid: -1, codecs: new Map(), ssrcs: new Map(), extensions: new Map() };
        break;
      }
      case 'mid':
        if (section === undefined) break;
        section.mid = toNumber(value);
        offer.sections.set(section.mid, section);
        break;
      case 'rtpmap':
      case 'rtcp-fb':
      case 'fmtp':
      case 'ssrc':
      case 'ssrc-group':
      case 'extmap':
        if (section === undefined) throw new PilotCrash(`${name} before any section`);
        readers[name](section, value.split(' '));
        break;
      default:
    }
  }
  return offer;
}

function splitLine(line: string): [string, string] {
  if (!line.startsWith('a=')) return [line.slice(0, 1), line.slice(2)];
  const [name = ''] = line.slice(2).split(':', 1);
  return [name, line.slice(name.length + 3)];
}

type Reader = (section: PilotSection, parts: string[]) => void;

const readers: Readonly<Record<'rtpmap' | 'rtcp-fb' | 'fmtp' | 'ssrc' | 'ssrc-group' | 'extmap', Reader>> = {
  rtpmap: ({ codecs }, [payloadType, encoding = '']) => {
    const [name = '', rate, channels] = encoding.split('/');
    codecs.set(toNumber(payloadType), {
      name,
      payloadType: toNumber(payloadType),
      rate: toNumber(rate),
      channels: channels === undefined ? -1 : toNumber(channels),
      fmtp: '',
      isOpusParsed: false,
      rtx: -1,
      feedback: [],
    });
  },
  'rtcp-fb': ({ codecs }, [payloadType, ...feature]) => {
    const codec = codecs.get(toNumber(payloadType));
    if (codec === undefined) throw new PilotCrash(`rtcp-fb of ${payloadType ?? ''} before its rtpmap`);
    codec.feedback.push(feature.join(' '));
  },
  fmtp: ({ codecs }, [payloadType, parameters = '']) => {
    const codec = codecs.get(toNumber(payloadType));
    // The fmtp comes before its rtpmap and is ignored.
    if (codec === undefined) return;
    codec.fmtp = parameters;
    codec.isOpusParsed = codec.name === 'opus';
    const apt = /(?:^|;)apt=(\d+)/.exec(parameters)?.[1];
    const repaired = codec.name === 'rtx' && apt !== undefined ? codecs.get(Number(apt)) : undefined;
    if (repaired !== undefined) repaired.rtx = codec.payloadType;
  },
  ssrc: ({ ssrcs }, [ssrc, attribute = '', streamId]) => {
    const number = toNumber(ssrc);
    const known = ssrcs.get(number) ?? { ssrc: number, isMain: true, cname: '', streamId: '' };
    ssrcs.set(number, known);
    const [name, value = '', ...more] = attribute.split(':');
    if (!attribute.includes(':') || more.length > 0) throw new Error('Invalid ssrc attribute in line');
    if (name === 'cname') known.cname = value;
    else if (name === 'msid' && streamId !== undefined) known.streamId = streamId;
  },
  'ssrc-group': ({ ssrcs }, [semantics, ...members]) => {
    if (semantics !== 'FID') return;
    for (const [index, member] of members.entries()) {
      const ssrc = toNumber(member);
      const known = ssrcs.get(ssrc) ?? { ssrc, isMain: true, cname: '', streamId: '' };
      known.isMain = index === 0;
      ssrcs.set(ssrc, known);
    }
  },
  extmap: ({ extensions }, parts) => {
    const [id, uri = ''] = parts;
    if (parts.length !== 2) throw new Error('Invalid extmap line');
    extensions.set(toNumber(id), uri);
  },
};

const inOrder = <T>(map: ReadonlyMap<number, T>): T[] => [...map].sort(([a], [b]) => a - b).map(([, value]) => value);

const parametersOf = ({ fmtp }: PilotCodec) =>
  new Map(fmtp.split(';').map((part) => part.split('=') as [string, string]));

/** Accepts opus and H264 in one spelling only. */
function isTaken(kind: PilotSection['kind'], codec: PilotCodec): boolean {
  const has = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).every(([name, value]) => parametersOf(codec).get(name) === value);
  if (kind === 'audio') return codec.name === 'opus' && has({ minptime: '10', useinbandfec: '1' });
  return (
    codec.name === 'H264' &&
    has({ 'profile-level-id': '42e01f', 'packetization-mode': '1', 'level-asymmetry-allowed': '1' })
  );
}

/** Reduces an offer to an answer. Keeps a section with at least one known codec or header extension. */
export function answerPilotOffer(offer: PilotOffer): PilotOffer {
  const sections = new Map<number, PilotSection>();
  for (const offered of inOrder(offer.sections)) {
    const codecs = new Map<number, PilotCodec>();
    for (const codec of inOrder(offered.codecs)) {
      if (!isTaken(offered.kind, codec)) continue;
      codecs.set(codec.payloadType, codec);
      const rtx = offered.codecs.get(codec.rtx);
      if (rtx !== undefined) codecs.set(rtx.payloadType, rtx);
    }
    const extensions = new Map([...offered.extensions].filter(([, uri]) => knownExtensions.includes(uri)));
    if (codecs.size === 0 && extensions.size === 0) continue;
    sections.set(offered.mid, { kind: offered.kind, mid: offered.mid, codecs, ssrcs: offered.ssrcs, extensions });
  }
  return { origin: offer.origin, sections };
}

/** RTP parameters of a pusher for other users. */
export interface PilotRtpParam {
  readonly av_type: 'audio' | 'video';
  readonly codec: string;
  readonly fmtp_param: string;
  readonly rtcp_features: readonly string[];
  readonly channel?: number;
  readonly ssrc: number;
  readonly payload_type: number;
  readonly clock_rate: number;
  readonly rtx_ssrc: number;
  readonly rtx_payload_type: number;
  readonly use_nack: boolean;
  readonly key_request?: true;
  readonly mid_ext_id?: number;
  readonly tcc_ext_id?: number;
}

/** One entry per section, including sections without a codec. Ignores the ID of abs-send-time. */
export function pilotRtpParams(answer: PilotOffer): PilotRtpParam[] {
  return inOrder(answer.sections).flatMap(({ kind, codecs, ssrcs, extensions }) => {
    if (kind === 'unknown') return [];
    const all = inOrder(codecs);
    const codec = all.findLast(({ name }) => name !== 'rtx');
    const idOf = (wanted: string) => [...extensions].find(([, uri]) => uri === wanted)?.[0];
    const [midId, tccId] = [idOf(mid), idOf(tcc)];
    const feedback = codec?.feedback ?? [];
    return [
      {
        av_type: kind,
        codec: codec?.name ?? '',
        fmtp_param: codec?.fmtp ?? '',
        rtcp_features: feedback,
        ...(codec !== undefined && codec.channels > 0 ? { channel: codec.channels } : {}),
        ssrc: inOrder(ssrcs).findLast(({ isMain }) => isMain)?.ssrc ?? 0,
        payload_type: codec?.payloadType ?? 0,
        clock_rate: codec?.rate ?? 90000,
        rtx_ssrc: inOrder(ssrcs).findLast(({ isMain }) => !isMain)?.ssrc ?? 0,
        rtx_payload_type: all.findLast(({ name }) => name === 'rtx')?.payloadType ?? 0,
        use_nack: feedback.includes('nack'),
        ...(feedback.some((one) => /pli|fir/.test(one)) ? { key_request: true } : {}),
        ...(midId === undefined ? {} : { mid_ext_id: midId }),
        ...(tccId === undefined ? {} : { tcc_ext_id: tccId }),
      },
    ];
  });
}

/** Writes the pulled pushers into every section of their kind. Of two pushers of a kind, both sections get the last. */
export function fillPilotAnswer(answer: PilotOffer, params: readonly PilotRtpParam[], makeId: () => string): void {
  for (const param of params) {
    for (const section of answer.sections.values()) {
      if (section.kind !== param.av_type) continue;
      section.ssrcs.clear();
      const streamId = makeId();
      section.ssrcs.set(param.ssrc, { ssrc: param.ssrc, isMain: true, cname: `cname_${param.ssrc}`, streamId });
      if (param.rtx_ssrc !== 0)
        section.ssrcs.set(param.rtx_ssrc, {
          ssrc: param.rtx_ssrc,
          isMain: false,
          cname: `cname_${param.rtx_ssrc}`,
          streamId,
        });
      // In addition to the offered codecs, under the publisher's payload type.
      section.codecs.set(param.payload_type, {
        name: param.codec,
        payloadType: param.payload_type,
        rate: param.clock_rate,
        channels: param.channel ?? 0,
        fmtp: param.fmtp_param,
        isOpusParsed: false,
        rtx: param.rtx_payload_type,
        feedback: [...param.rtcp_features],
      });
    }
  }
}

export interface PilotTransport {
  readonly ufrag: string;
  readonly pwd: string;
  readonly fingerprint: string;
  readonly candidates: readonly { readonly ip: string; readonly port: number }[];
}

/** Writes the answer: always BUNDLE `0 1`, no a=msid, ice-lite in each section. */
export function writePilotAnswer(
  answer: PilotOffer,
  direction: 'recvonly' | 'sendonly',
  transport: PilotTransport,
  makeId: () => string,
): string {
  const msid = makeId();
  const lines = ['v=0', `o=${answer.origin}`, 's=-', 't=0 0', 'a=extmap-allow-mixed', `a=msid-semantic: WMS ${msid}`];
  lines.push('a=group:BUNDLE 0 1');
  for (const section of inOrder(answer.sections)) {
    if (section.kind === 'unknown') throw new Error('Unsupported media type in SDP generation');
    const codecs = inOrder(section.codecs);
    lines.push(`m=${section.kind} 9 UDP/TLS/RTP/SAVPF${codecs.map(({ payloadType }) => ` ${payloadType}`).join('')}`);
    lines.push('c=IN IP4 0.0.0.0', ...(section.kind === 'audio' ? audioCodecLines(codecs) : videoCodecLines(codecs)));
    lines.push('a=rtcp:9 IN IP4 0.0.0.0');
    for (const [id, uri] of [...section.extensions].sort(([a], [b]) => a - b)) lines.push(`a=extmap:${id} ${uri}`);
    lines.push('a=setup:passive', `a=mid:${section.mid}`, `a=${direction}`, 'a=ice-lite');
    lines.push(
      `a=ice-ufrag:${transport.ufrag}`,
      `a=ice-pwd:${transport.pwd}`,
      `a=fingerprint:${transport.fingerprint}`,
    );
    for (const [index, { ip, port }] of transport.candidates.entries())
      lines.push(`a=candidate:${10_000_001 + index} 1 UDP 10001 ${ip} ${port} typ host`);
    lines.push(...ssrcLines(section, msid), 'a=rtcp-mux', 'a=rtcp-rsize');
  }
  return `${lines.join('\r\n')}\r\n`;
}

function audioCodecLines(codecs: readonly PilotCodec[]): string[] {
  return codecs.flatMap(({ payloadType, name, rate, channels, isOpusParsed }) => [
    `a=rtpmap:${payloadType} ${name}/${rate}${channels > 0 ? `/${channels}` : ''}`,
    ...(isOpusParsed ? [`a=fmtp:${payloadType} minptime=10;useinbandfec=1`] : []),
  ]);
}

function videoCodecLines(codecs: readonly PilotCodec[]): string[] {
  const last = (wanted: string) => codecs.findLast(({ name }) => name === wanted)?.payloadType ?? 0;
  return [
    ...codecs.map(({ payloadType, name, rate }) => `a=rtpmap:${payloadType} ${name}/${rate}`),
    ...codecs
      .filter(({ fmtp }) => !fmtp.includes('apt='))
      .map(({ payloadType, fmtp }) => `a=fmtp:${payloadType} ${fmtp}`),
    // Payload type 0 without retransmission.
    `a=fmtp:${last('rtx')} apt=${last('H264')}`,
    ...codecs.flatMap(({ payloadType, feedback }) => feedback.map((one) => `a=rtcp-fb:${payloadType} ${one}`)),
  ];
}

function ssrcLines({ kind, ssrcs }: PilotSection, msid: string): string[] {
  const all = inOrder(ssrcs);
  const [main, rtx] = [
    all.findLast(({ isMain }) => isMain)?.ssrc ?? 0,
    all.findLast(({ isMain }) => !isMain)?.ssrc ?? 0,
  ];
  const cname = all[0]?.cname ?? '';
  const sorted = kind === 'video' ? [...all.filter((one) => one.isMain), ...all.filter((one) => !one.isMain)] : all;
  return [
    // 0 stands for a missing SSRC.
    ...(kind === 'video' ? [`a=ssrc-group:FID ${main} ${rtx}`] : []),
    ...sorted.flatMap(({ ssrc, streamId }) => [
      `a=ssrc:${ssrc} cname:${cname || `${kind[0] ?? ''}_${main}`}`,
      `a=ssrc:${ssrc} msid:${msid} ${streamId || `${kind[0] ?? ''}_${ssrc}`}`,
    ]),
  ];
}
