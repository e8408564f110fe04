import type { DtlsParameters, MediaKind } from '@tureen/protocol/common';
import { parse } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { OfferError } from './OfferError.ts';
import { OfferLimitError } from './OfferLimitError.ts';

/** Limits of an offer. */
export interface OfferLimits {
  /** Maximum size of an offer, in bytes. */
  readonly maxOfferBytes: number;
  /** Maximum number of `a=ssrc` and `a=ssrc-group` lines. */
  readonly maxOfferSsrcLines: number;
}

/** Maximum number of media sections. */
const MAX_SECTIONS = 32;

/** Maximum length of a MID that the worker can send. */
const MAX_MID_LENGTH = 8;

/** Media section of an offer. */
export interface OfferedSection {
  readonly mid: string;
  /** Undefined for a closed section, or one that is neither audio nor video. The answer refuses such a section. */
  readonly kind: MediaKind | undefined;
  /** Whether the client may send in the section. */
  readonly isSending: boolean;
  /** Whether the client may receive in the section. */
  readonly isReceiving: boolean;
  readonly description: MediaDescription;
}

/** Parsed offer. */
export interface Offer {
  readonly sections: readonly OfferedSection[];
  readonly dtlsParameters: DtlsParameters;
  /** Key that is the same in every offer of one client connection, and differs from all other offers. */
  readonly connectionKey: string;
  /** Whether one-byte and two-byte header extensions may be mixed. */
  readonly isExtmapMixed: boolean;
}

/** Default limits of an offer. */
export const defaultOfferLimits: OfferLimits = { maxOfferBytes: 16_384, maxOfferSsrcLines: 64 };

const algorithms = ['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512'] as const;

/** Parses the SDP of an offer. @throws OfferError where the offer is too long, or has no usable media. */
export function readOffer(sdp: string, limits: OfferLimits = defaultOfferLimits): Offer {
  checkSize(sdp, limits);
  const session = parse(sdp);
  const descriptions = session.media;
  if (descriptions.length === 0) throw new OfferError('the offer has no media section');
  if (descriptions.length > MAX_SECTIONS)
    throw new OfferError(`the offer has more than ${String(MAX_SECTIONS)} media sections`);
  const sections = descriptions.map((description, index) => readSection(description, index, session));
  const open = sections.filter(({ kind }) => kind !== undefined);
  if (open.length === 0) throw new OfferError('the offer has no open section of audio or video');
  if (new Set(sections.map(({ mid }) => mid)).size < sections.length)
    throw new OfferError('two sections have the same a=mid');
  checkBundle(session, open);
  const dtlsParameters = readDtls(session, open);
  return {
    sections,
    dtlsParameters,
    connectionKey: [session.origin?.sessionId, ...dtlsParameters.fingerprints.map(({ value }) => value)].join(' '),
    isExtmapMixed: [session, ...descriptions].some(({ extmapAllowMixed }) => extmapAllowMixed !== undefined),
  };
}

/** Checks the limits before parsing, because the time for parsing and matching grows with the lines. */
function checkSize(sdp: string, { maxOfferBytes, maxOfferSsrcLines }: OfferLimits): void {
  const bytes = Buffer.byteLength(sdp);
  if (bytes > maxOfferBytes)
    throw new OfferLimitError(`the offer has ${String(bytes)} bytes, the limit is ${String(maxOfferBytes)}`);
  const ssrcLines = sdp.match(/^a=ssrc[:-]/gm)?.length ?? 0;
  if (ssrcLines > maxOfferSsrcLines)
    throw new OfferLimitError(
      `the offer has ${String(ssrcLines)} SSRC lines, the limit is ${String(maxOfferSsrcLines)}`,
    );
}

function readSection(description: MediaDescription, index: number, session: SessionDescription): OfferedSection {
  const { type, port, bundleOnly, protocol, rtcpMux, direction = session.direction ?? 'sendrecv' } = description;
  // sdp-transform parses digits as a number.
  const mid = String(description.mid ?? '');
  const isClosed = (port === 0 && bundleOnly === undefined) || direction === 'inactive';
  const kind = (type === 'audio' || type === 'video') && !isClosed ? type : undefined;
  if (mid === '') throw new OfferError(`section ${String(index)} has no a=mid`);
  if (mid.length > MAX_MID_LENGTH)
    throw new OfferError(`section ${String(index)} has an a=mid of more than ${String(MAX_MID_LENGTH)} characters`);
  if (kind !== undefined) {
    if (!/^(UDP|TCP)\/TLS\/RTP\/SAVPF$|^RTP\/SAVPF$/i.test(protocol))
      throw new OfferError(`section "${mid}" does not use RTP over DTLS`);
    if (rtcpMux === undefined) throw new OfferError(`section "${mid}" has no a=rtcp-mux`);
  }
  return {
    mid,
    kind,
    isSending: kind !== undefined && direction !== 'recvonly',
    isReceiving: kind !== undefined && direction !== 'sendonly',
    description,
  };
}

/** Checks that one connection carries all sections. */
function checkBundle({ groups = [] }: SessionDescription, open: readonly OfferedSection[]): void {
  if (open.length === 1) return;
  const bundled = groups.filter(({ type }) => type === 'BUNDLE').map(({ mids }) => String(mids).split(' '));
  if (bundled.some((mids) => open.every(({ mid }) => mids.includes(mid)))) return;
  throw new OfferError('the sections of the offer are not in one a=group:BUNDLE');
}

function readDtls(session: SessionDescription, open: readonly OfferedSection[]): DtlsParameters {
  const places = [session, ...open.map(({ description }) => description)];
  const setup = places.find((place) => place.setup !== undefined)?.setup;
  const fingerprint = places.find((place) => place.fingerprint !== undefined)?.fingerprint;
  if (fingerprint === undefined) throw new OfferError('the offer has no a=fingerprint');
  if (setup === undefined) throw new OfferError('the offer has no a=setup');
  // The server is passive: every client can start the handshake, without waiting for the answer.
  if (setup !== 'actpass' && setup !== 'active') throw new OfferError('a=setup must be actpass or active');
  const algorithm = algorithms.find((name) => name === fingerprint.type.toLowerCase());
  if (algorithm === undefined) throw new OfferError('a=fingerprint has an unknown algorithm');
  const value = String(fingerprint.hash).toUpperCase();
  if (!/^[0-9A-F]{2}(:[0-9A-F]{2}){19,63}$/.test(value)) throw new OfferError('a=fingerprint is not a digest');
  return { role: 'client', fingerprints: [{ algorithm, value }] };
}
