import type {
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  SctpStreamParameters,
} from '@tureen/protocol/common';
import { ortc, type types } from 'mediasoup-client';

import type { TransportDescription } from '../MediaEngine.ts';
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

export function checkRouterCapabilities(capabilities: RtpCapabilities): void {
  checkStrings(capabilities, 'routerRtpCapabilities');
  try {
    ortc.validateAndNormalizeRtpCapabilities(structuredClone(capabilities) as types.RtpCapabilities);
  } catch (error) {
    throw badResponse(`routerRtpCapabilities: ${(error as Error).message}`, error);
  }
}

export function checkIceParameters(iceParameters: IceParameters): void {
  if (!isToken(iceParameters.usernameFragment)) throw badResponse('iceParameters.usernameFragment is missing');
  if (!isToken(iceParameters.password)) throw badResponse('iceParameters.password is missing');
}

export function checkTransport(description: TransportDescription): void {
  if (!isToken(description.id)) throw badResponse('the transport has no id');
  checkIceParameters(description.iceParameters);
  if (!Array.isArray(description.iceCandidates)) throw badResponse('iceCandidates is not an array');
  if (description.dtlsParameters.fingerprints.length === 0) throw badResponse('dtlsParameters has no fingerprint');
  checkStrings(description, 'transport');
}

/**
 * All that can be known to be wrong with the parameters of a consumer before the browser sees them. It matters: what the
 * browser refuses takes down every consumer made at the same time, and cannot be undone on that transport.
 */
export function checkConsumerParameters(kind: MediaKind, rtpParameters: RtpParameters): void {
  checkStrings(rtpParameters, 'rtpParameters');
  const normalised = structuredClone(rtpParameters) as types.RtpParameters;
  try {
    ortc.validateAndNormalizeRtpParameters(normalised);
  } catch (error) {
    throw badResponse(`rtpParameters: ${(error as Error).message}`, error);
  }
  const { mid, codecs, headerExtensions = [], encodings = [] } = normalised;
  if (mid !== undefined && (!isToken(mid) || reservedMids.has(mid))) throw badResponse(`rtpParameters.mid is '${mid}'`);
  if (codecs.some((codec) => !codec.mimeType.toLowerCase().startsWith(`${kind}/`) || !/^\S+$/.test(codec.mimeType)))
    throw badResponse(`rtpParameters.codecs are not all of kind ${kind}`);
  if (!codecs.every((codec) => isIn(codec.payloadType, 0, 127))) throw badResponse('a payload type is out of range');
  checkDistinct(
    codecs.map((codec) => codec.payloadType),
    'rtpParameters.codecs',
  );
  if (!headerExtensions.every((one) => isIn(one.id, 1, 255) && isToken(one.uri)))
    throw badResponse('rtpParameters.headerExtensions are malformed');
  checkDistinct(
    headerExtensions.map((one) => one.id),
    'rtpParameters.headerExtensions',
  );
  const ssrcs = ssrcsOf(normalised);
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
  if (!isIn(sctpStreamParameters.streamId, 0, 65534))
    throw badResponse('sctpStreamParameters.streamId is out of range');
  try {
    ortc.validateAndNormalizeSctpStreamParameters(structuredClone(sctpStreamParameters));
  } catch (error) {
    throw badResponse(`sctpStreamParameters: ${(error as Error).message}`, error);
  }
}
