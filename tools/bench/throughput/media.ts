/** Media descriptions of a browser, in the payload types of the server's router. Each call has its own SSRCs. */

/** Capabilities of a router, as far as this bench reads them. */
export interface Capabilities {
  readonly codecs: readonly {
    readonly kind: string;
    readonly mimeType: string;
    readonly preferredPayloadType: number;
    readonly clockRate: number;
    readonly channels?: number;
    readonly parameters?: { readonly apt?: number };
    readonly rtcpFeedback?: readonly object[];
  }[];
  readonly headerExtensions: readonly { readonly kind: string; readonly uri: string; readonly preferredId: number }[];
}

const simulcast = [
  { rid: 'r0', scaleResolutionDownBy: 4, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
  { rid: 'r1', scaleResolutionDownBy: 2, maxBitrate: 1_000_000, scalabilityMode: 'L1T3' },
  { rid: 'r2', scaleResolutionDownBy: 1, maxBitrate: 5_000_000, scalabilityMode: 'L1T3' },
];

let lastSsrc = 1_000_000;

/** Parameters of a client's `produce`: opus, or VP8 in three layers. */
export function produceParameters(transportId: string, kind: 'audio' | 'video', capabilities: Capabilities): object {
  const name = kind === 'audio' ? 'audio/opus' : 'video/VP8';
  const codec = capabilities.codecs.find(({ mimeType }) => mimeType === name);
  if (codec === undefined) throw new Error(`the server does not offer ${name}`);
  const rtx = capabilities.codecs.find(({ parameters }) => parameters?.apt === codec.preferredPayloadType);
  const codecs = [codec, ...(rtx === undefined ? [] : [rtx])].map(
    ({ kind: _kind, preferredPayloadType: payloadType, ...rest }) => ({ ...rest, payloadType }),
  );
  const headerExtensions = capabilities.headerExtensions
    .filter((extension) => extension.kind === kind)
    .map(({ uri, preferredId: id }) => ({ uri, id }));
  lastSsrc += 1;
  const encodings = kind === 'audio' ? [{ ssrc: lastSsrc }] : simulcast;
  const rtpParameters = { codecs, headerExtensions, encodings, rtcp: { reducedSize: true }, mid: String(lastSsrc) };
  return { transportId, kind, rtpParameters, appData: {}, paused: false };
}

/** Parameters with which a browser would start DTLS. The fingerprint is of no certificate: no media follows. */
export const dtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};
