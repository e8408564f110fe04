import type {
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  SctpStreamParameters,
} from '@tureen/protocol/common';
import type { types } from 'mediasoup-client';

import { TureenError } from '../../shared/errors.ts';
import type { TransportDescription } from '../MediaEngine.ts';
import {
  validateAndNormalizeRtpCapabilities,
  validateAndNormalizeRtpParameters,
  validateAndNormalizeSctpStreamParameters,
} from './mediasoupClient.ts';
import { badResponse } from './vendorErrors.ts';

/** Sections that mediasoup-client adds by itself. */
const reservedMids: ReadonlySet<string> = new Set(['probator', 'datachannel']);

/** No line of an SDP can be smuggled in, no token broken: what the server says ends up in one. */
function checkStrings(value: unknown, path: string): void {
  if (typeof value === 'string' && /[\r\n\0]/.test(value)) throw badResponse(`${path} holds a line break`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (/[\r\n\0]/.test(key)) throw badResponse(`${path} has a key with a line break`);
    checkStrings(child, `${path}.${key}`);
  }
}

const isToken = (value: unknown): value is string => typeof value === 'string' && /^\S{1,256}$/.test(value);
const isIn = (value: unknown, from: number, to: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

function checkDistinct(values: readonly number[], path: string): void {
  if (new Set(values).size !== values.length) throw badResponse(`${path} names one number twice`);
}

/** An id that becomes part of an SDP. */
export function checkId(id: unknown, path: string): void {
  if (!isToken(id)) throw badResponse(`${path} is not an id`);
}

/** Runs a check; what is not even shaped so that it can be checked is a `badResponse` too. */
function check(what: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    throw error instanceof TureenError ? error : badResponse(`${what}: ${(error as Error).message}`, error);
  }
}

export function checkRouterCapabilities(capabilities: RtpCapabilities): void {
  check('routerRtpCapabilities', () => {
    checkStrings(capabilities, 'routerRtpCapabilities');
    validateAndNormalizeRtpCapabilities(structuredClone(capabilities) as types.RtpCapabilities);
  });
}

export function checkIceParameters(iceParameters: IceParameters): void {
  check('iceParameters', () => {
    const { usernameFragment, password } = iceParameters;
    if (!isToken(usernameFragment) || !isToken(password)) throw badResponse('iceParameters are incomplete');
  });
}

export function checkTransport(description: TransportDescription): void {
  check('transport', () => {
    if (!isToken(description.id)) throw badResponse('the transport has no id');
    checkIceParameters(description.iceParameters);
    if (!Array.isArray(description.iceCandidates)) throw badResponse('iceCandidates is not an array');
    if (description.dtlsParameters.fingerprints.length === 0) throw badResponse('dtlsParameters has no fingerprint');
    checkStrings(description, 'transport');
  });
}

/**
 * All that can be known to be wrong with the parameters of a consumer before the browser sees them. It matters: what the
 * browser refuses takes down every consumer made at the same time, and cannot be undone on that transport.
 */
export function checkConsumerParameters(kind: MediaKind, rtpParameters: RtpParameters): void {
  check('rtpParameters', () => {
    checkStrings(rtpParameters, 'rtpParameters');
    const normalised = structuredClone(rtpParameters) as types.RtpParameters;
    validateAndNormalizeRtpParameters(normalised);
    checkNumbers(kind, normalised);
  });
}

function checkNumbers(kind: MediaKind, rtpParameters: types.RtpParameters): void {
  const { mid, codecs, headerExtensions = [], encodings = [] } = rtpParameters;
  if (mid !== undefined && (!isToken(mid) || reservedMids.has(mid))) throw badResponse(`rtpParameters.mid is '${mid}'`);
  if (!codecs.every(({ mimeType }) => isToken(mimeType) && mimeType.toLowerCase().startsWith(`${kind}/`)))
    throw badResponse(`rtpParameters.codecs are not all of kind ${kind}`);
  const payloadTypes = codecs.map((codec) => codec.payloadType);
  checkDistinct(payloadTypes, 'rtpParameters.codecs');
  if (!payloadTypes.every((one) => isIn(one, 0, 127))) throw badResponse('a payload type is out of range');
  if (!headerExtensions.every(({ id, uri }) => isIn(id, 1, 255) && isToken(uri)))
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

/** The SSRCs that a consumer takes up. */
export function ssrcsOf(rtpParameters: Pick<RtpParameters, 'encodings'>): number[] {
  return (rtpParameters.encodings ?? []).flatMap((encoding) =>
    [encoding.ssrc, encoding.rtx?.ssrc].filter((ssrc) => ssrc !== undefined),
  );
}

export function checkSctpStream(sctpStreamParameters: SctpStreamParameters): void {
  check('sctpStreamParameters', () => {
    validateAndNormalizeSctpStreamParameters(structuredClone(sctpStreamParameters));
    if (!isIn(sctpStreamParameters.streamId, 0, 65534)) throw badResponse('the SCTP stream is out of range');
  });
}
