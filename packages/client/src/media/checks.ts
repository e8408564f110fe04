import {
  type IceParameters,
  type MediaKind,
  type RtpCapabilities,
  type RtpParameters,
  type SctpStreamParameters,
  dtlsParameters,
  formatIssue,
  iceCandidate,
  iceParameters as iceCredentials,
  parse,
  rtpCapabilities,
  rtpParameters as rtp,
} from '@tureen/protocol/common';

import { invalidArgument } from '../shared/invalidArgument.ts';
import { TureenError } from '../shared/errors.ts';
import type { TransportDescription } from './MediaEngine.ts';

/** Creates the error for values of the server that no browser can use. */
export function badResponse(what: string, cause?: unknown): TureenError {
  return new TureenError('badResponse', what, { cause });
}

/** Creates the error for a codec of the other kind. */
export function wrongCodec(codec: string | undefined, kind: MediaKind): TureenError {
  return invalidArgument('codec', `Pass a codec of ${kind}.`, `codec ${codec ?? ''} is not for a ${kind} track`);
}

/** Creates the error for a track of the other kind. */
export const wrongKind = (kind: MediaKind): TureenError => invalidArgument('track', `Pass a track of ${kind}.`);

/** Throws `invalidArgument` unless the layer is an integer from 0. */
export function checkSpatialLayer(spatialLayer: number): void {
  if (!Number.isInteger(spatialLayer) || spatialLayer < 0)
    throw invalidArgument('spatialLayer', 'Pass an integer from 0.', `spatialLayer is ${spatialLayer}`);
}

/** Media sections that mediasoup-client adds. */
const reservedMids: ReadonlySet<string> = new Set(['probator', 'datachannel']);
/** Longest MID that both Chromium and Firefox accept. */
const longestMid = 16;

/**
 * Checks a value of the server against the grammar of its place in an SDP (RFC 8866, 8839, 8122). One bad byte breaks the whole
 * SDP.
 */
function checkGrammar(schema: Parameters<typeof parse>[0], value: unknown, path: string): void {
  const read = parse(schema, value);
  if (!read.ok) throw badResponse(`${path}.${formatIssue(read.issue)}`);
}

const isIn = (value: unknown, from: number, to: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

function checkDistinct(values: readonly number[], path: string): void {
  if (new Set(values).size !== values.length) throw badResponse(`${path} names one number twice`);
}

/** Throws `badResponse` unless `id` is a text. Where the text is not an SDP token, the SDP carries a generated ID. */
export function checkId(id: unknown, path: string): asserts id is string {
  if (typeof id !== 'string' || id === '') throw badResponse(`${path} is not an id`);
}

/** Runs a check. A value that makes the check throw rejects with `badResponse` too. */
export function check(what: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    throw TureenError.is(error) ? error : badResponse(`${what}: ${(error as Error).message}`, error);
  }
}

export function checkCapabilities(capabilities: RtpCapabilities): void {
  checkGrammar(rtpCapabilities, capabilities, 'routerRtpCapabilities');
}

export function checkIceParameters(iceParameters: IceParameters): void {
  check('iceParameters', () => {
    checkGrammar(iceCredentials, iceParameters, 'iceParameters');
  });
}

export function checkTransport(description: TransportDescription): void {
  check('transport', () => {
    checkId(description.id, 'transport.id');
    checkIceParameters(description.iceParameters);
    for (const candidate of description.iceCandidates) checkGrammar(iceCandidate, candidate, 'iceCandidate');
    checkGrammar(dtlsParameters, description.dtlsParameters, 'dtlsParameters');
    if (description.dtlsParameters.fingerprints.length === 0) throw badResponse('dtlsParameters has no fingerprint');
  });
}

/** Checks the parameters of a consumer without the browser. */
export function checkParameters(kind: MediaKind, rtpParameters: RtpParameters): void {
  checkGrammar(rtp, rtpParameters, 'rtpParameters');
  checkNumbers(kind, rtpParameters);
}

function checkNumbers(kind: MediaKind, rtpParameters: RtpParameters): void {
  const { mid, codecs, headerExtensions = [], encodings = [] } = rtpParameters;
  if (mid !== undefined && (mid.length > longestMid || reservedMids.has(mid)))
    throw badResponse(`rtpParameters.mid is '${mid}'`);
  if (!codecs.every(({ mimeType }) => mimeType.toLowerCase().startsWith(`${kind}/`)))
    throw badResponse(`rtpParameters.codecs are not all of kind ${kind}`);
  const payloadTypes = codecs.map((codec) => codec.payloadType);
  checkDistinct(payloadTypes, 'rtpParameters.codecs');
  // Types from 64 to 95 conflict with RTCP.
  if (!payloadTypes.every((one) => isIn(one, 0, 63) || isIn(one, 96, 127)))
    throw badResponse('a payload type is out of range');
  if (!headerExtensions.every(({ id }) => isIn(id, 1, 255)))
    throw badResponse('rtpParameters.headerExtensions are malformed');
  checkDistinct(
    headerExtensions.map(({ id }) => id),
    'rtpParameters.headerExtensions',
  );
  const ssrcs = ssrcsOf(rtpParameters);
  if (encodings.length === 0 || !ssrcs.every((ssrc) => isIn(ssrc, 1, 0xffffffff)))
    throw badResponse('rtpParameters.encodings are malformed');
  checkDistinct(ssrcs, 'rtpParameters.encodings');
}

/** Returns the SSRCs of a consumer. */
export function ssrcsOf(rtpParameters: Pick<RtpParameters, 'encodings'>): number[] {
  return (rtpParameters.encodings ?? []).flatMap((encoding) =>
    [encoding.ssrc, encoding.rtx?.ssrc].filter((ssrc) => ssrc !== undefined),
  );
}

/** Longest label or protocol of a data channel in bytes, and the limit of most of its numbers. */
const uint16 = 65535;

export function checkChannel(sctpStreamParameters: SctpStreamParameters, ...texts: unknown[]): void {
  const { streamId, maxPacketLifeTime = 0, maxRetransmits = 0 } = sctpStreamParameters;
  if (!isIn(streamId, 0, uint16 - 1)) throw badResponse('the SCTP stream is out of range');
  if (!isIn(maxPacketLifeTime, 0, uint16) || !isIn(maxRetransmits, 0, uint16))
    throw badResponse('sctpStreamParameters are out of range');
  for (const text of texts)
    if (typeof text !== 'string' || new TextEncoder().encode(text).length > uint16)
      throw badResponse('the label or protocol of a data channel is too long');
}
