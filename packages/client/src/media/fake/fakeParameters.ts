import type { DtlsParameters, MediaKind, RtpCapabilities, RtpParameters } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import { wrongCodec } from '../checks.ts';
import { type LayerSupport, fitEncodings } from '../fitEncodings.ts';
import type { MediaProduceOptions, ProducerEncoding } from '../MediaEngine.ts';

const asChromium: LayerSupport = { ignoresModes: false, sendsDescriptor: true, forwardsDescriptor: false };

const isRtx = (mimeType: string) => mimeType.toLowerCase().endsWith('/rtx');

/** Returns a well-formed fingerprint of no certificate. */
export function fakeDtlsParameters(): DtlsParameters {
  const value = Array.from({ length: 32 }, (_, index) => (index * 7 + 1).toString(16).padStart(2, '0').toUpperCase());
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: value.join(':') }] };
}

/** Returns the receive capabilities for a router of a browser that supports only `mimeTypes`. */
export function fakeCapabilities(router: RtpCapabilities, mimeTypes: readonly string[]): RtpCapabilities {
  const known = new Set(mimeTypes.map((one) => one.toLowerCase()));
  const media = (router.codecs ?? []).filter((codec) => known.has(codec.mimeType.toLowerCase()));
  const payloadTypes = new Set(media.map((codec) => codec.preferredPayloadType));
  const rtx = (router.codecs ?? []).filter(
    (codec) => isRtx(codec.mimeType) && payloadTypes.has(Number(codec.parameters?.apt)),
  );
  return {
    codecs: [...media, ...rtx],
    headerExtensions: (router.headerExtensions ?? []).filter((extension) => extension.direction !== 'sendonly'),
  };
}

/** Returns whether there is a codec for `kind`. */
export function hasKind(capabilities: RtpCapabilities, kind: MediaKind): boolean {
  return (capabilities.codecs ?? []).some((codec) => codec.kind === kind && !isRtx(codec.mimeType));
}

/** Returns RTP parameters as a browser would offer them for the track; a mediasoup router accepts them. */
export function fakeSendParameters(
  capabilities: RtpCapabilities,
  options: MediaProduceOptions,
  mid: string,
  nextSsrc: () => number,
): RtpParameters {
  const kind = options.track.kind as MediaKind;
  const wanted = options.codec?.toLowerCase();
  if (wanted !== undefined && !wanted.startsWith(`${kind}/`)) throw wrongCodec(options.codec, kind);
  const codec = (capabilities.codecs ?? []).find(
    (one) =>
      one.kind === kind && !isRtx(one.mimeType) && (wanted === undefined || one.mimeType.toLowerCase() === wanted),
  );
  if (codec?.preferredPayloadType === undefined)
    throw new TureenError('unsupportedCodec', `no ${options.codec ?? kind} codec`);
  const use = { ...asChromium, codec: codec.mimeType, isNamed: wanted !== undefined };
  const encodings = fitEncodings(options.encodings ?? [], use);
  const rtx = (capabilities.codecs ?? []).find(
    (one) => isRtx(one.mimeType) && one.parameters?.apt === codec.preferredPayloadType,
  );
  return {
    mid,
    codecs: [codec, ...(rtx === undefined ? [] : [rtx])].map((one) => ({
      mimeType: one.mimeType,
      payloadType: one.preferredPayloadType ?? 0,
      clockRate: one.clockRate,
      ...(one.channels === undefined ? {} : { channels: one.channels }),
      parameters: one.parameters ?? {},
      rtcpFeedback: one.rtcpFeedback ?? [],
    })),
    headerExtensions: (capabilities.headerExtensions ?? [])
      .filter((extension) => extension.kind === kind)
      .map((extension) => ({ uri: extension.uri, id: extension.preferredId, encrypt: false, parameters: {} })),
    encodings: fakeEncodings(encodings, rtx !== undefined, nextSsrc),
    rtcp: { cname: 'fake-engine', reducedSize: true },
  };
}

function fakeEncodings(encodings: readonly ProducerEncoding[], hasRtx: boolean, nextSsrc: () => number) {
  const wire = encodings.map(({ maxBitrate, dtx, scalabilityMode }) => ({
    ...(maxBitrate === undefined ? {} : { maxBitrate }),
    ...(dtx === undefined ? {} : { dtx }),
    ...(scalabilityMode === undefined ? {} : { scalabilityMode }),
  }));
  if (wire.length > 1) return wire.map((encoding, index) => ({ ...encoding, rid: `r${index}` }));
  return [{ ...wire[0], ssrc: nextSsrc(), ...(hasRtx ? { rtx: { ssrc: nextSsrc() } } : {}) }];
}
