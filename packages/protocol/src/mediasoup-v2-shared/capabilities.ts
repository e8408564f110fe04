import type { RtpCapabilities, RtpHeaderExtensionUri } from '../common/index.ts';
import type { V2RtpCapabilities } from './rtp.ts';

/** The MID header extension. mediasoup 2 clients ignore it in what a server sends. */
const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';

interface Codec {
  readonly mimeType: string;
  readonly channels?: number;
  readonly rtcpFeedback?: readonly { readonly type: string; readonly parameter?: string }[];
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * Returns the fields of a codec in the form of v2, beyond those that both generations share. Its programs compare `channels` and
 * `parameter` by identity, and omit both if empty.
 */
export function toV2Codec({ mimeType, channels, rtcpFeedback = [], parameters = {} }: Codec) {
  return {
    name: mimeType.slice(mimeType.indexOf('/') + 1),
    mimeType,
    ...(channels !== undefined && channels > 1 ? { channels } : {}),
    rtcpFeedback: rtcpFeedback.map(({ type, parameter }) => (parameter ? { type, parameter } : { type })),
    parameters: { ...parameters },
  };
}

/** Returns the fields of a codec in the form of v3, beyond those that both generations share. Parameters are numbers and strings only. */
export function fromV2Codec({ mimeType, channels, rtcpFeedback = [], parameters = {} }: Codec) {
  return {
    mimeType,
    ...(channels === undefined ? {} : { channels }),
    rtcpFeedback: rtcpFeedback.map(({ type, parameter = '' }) => ({ type, parameter })),
    parameters: Object.fromEntries(
      Object.entries(parameters)
        .map(([key, value]) => [key, typeof value === 'boolean' ? Number(value) : value] as const)
        .filter(([, value]) => typeof value === 'number' || typeof value === 'string'),
    ),
  };
}

/** Converts the capabilities of a mediasoup 3 router or a mediasoup-client device to v2. Keeps payload types. */
export function toV2Capabilities({ codecs = [], headerExtensions = [] }: RtpCapabilities): V2RtpCapabilities {
  return {
    codecs: codecs.map((codec) => ({
      kind: codec.kind,
      ...toV2Codec(codec),
      clockRate: codec.clockRate,
      preferredPayloadType: codec.preferredPayloadType,
    })),
    headerExtensions: headerExtensions.map(({ kind, uri, preferredId, preferredEncrypt = false }) => ({
      kind,
      uri,
      preferredId,
      preferredEncrypt,
    })),
    fecMechanisms: [],
  };
}

/**
 * Converts v2 capabilities for mediasoup 3 and mediasoup-client. A header extension without a kind becomes one per kind. For the
 * server, see {@link withoutMid}.
 */
export function fromV2Capabilities({ codecs, headerExtensions }: V2RtpCapabilities) {
  return {
    codecs: codecs.map((codec) => ({
      kind: codec.kind,
      ...fromV2Codec(codec),
      clockRate: codec.clockRate,
      preferredPayloadType: codec.preferredPayloadType,
    })),
    headerExtensions: headerExtensions.flatMap(({ kind, uri, preferredId, preferredEncrypt = false }) =>
      (kind ? [kind] : (['audio', 'video'] as const)).map((each) => ({
        kind: each,
        uri: uri as RtpHeaderExtensionUri,
        preferredId,
        preferredEncrypt,
      })),
    ),
  } satisfies RtpCapabilities;
}

/**
 * Removes the MID header extension. A server consumes without it, because mediasoup 2 clients do not learn the MID that the server
 * would write.
 */
export function withoutMid<Extension extends { readonly uri: string }, With extends { headerExtensions?: Extension[] }>(
  from: With,
): With {
  return { ...from, headerExtensions: (from.headerExtensions ?? []).filter(({ uri }) => uri !== MID) };
}
