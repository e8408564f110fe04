import type { RtpCapabilities, RtpHeaderExtensionUri } from '../common/index.ts';
import type { V2RtpCapabilities } from './rtp.ts';

/** The MID header extension. Nobody in the family knows it in what a server sends. */
const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';

interface Codec {
  readonly mimeType: string;
  readonly channels?: number;
  readonly rtcpFeedback?: readonly { readonly type: string; readonly parameter?: string }[];
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * What v2 has beside the fields that both generations share. Its ends compare `channels` and `parameter` by identity,
 * and leave both out where they say nothing.
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

/** What v3 has beside the fields that both generations share. Parameters are numbers and strings there, nothing else. */
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

/** Capabilities of a mediasoup 3 router or a mediasoup-client device, in the words of v2. Payload types stay. */
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
 * v2 capabilities as mediasoup 3 and mediasoup-client take them. A header extension without a kind is one for each. On
 * the server, mind {@link withoutMid}.
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
 * The same without the MID header extension. For what a server consumes with: no receiver of the family is told the MID
 * that the server would write.
 */
export function withoutMid<Extension extends { readonly uri: string }, With extends { headerExtensions?: Extension[] }>(
  from: With,
): With {
  return { ...from, headerExtensions: (from.headerExtensions ?? []).filter(({ uri }) => uri !== MID) };
}
