import type { RtpCapabilities, RtpCodecCapability, RtpParameters } from '@tureen/protocol/common';
import { ortc } from 'mediasoup';

/**
 * Returns the declared capabilities that the router can use: for each router codec the first match, which mediasoup would
 * choose, and the common header extensions. The result is never larger than the router's own capabilities.
 *
 * @throws TypeError for capabilities that no endpoint can have.
 */
export function matchedCapabilities(router: RtpCapabilities, declared: RtpCapabilities): RtpCapabilities {
  // mediasoup fills in missing fields, which must not change the caller's object.
  const { codecs = [], headerExtensions = [] } = structuredClone(declared);
  ortc.validateAndNormalizeRtpCapabilities({ codecs, headerExtensions });
  const matched = new Set<RtpCodecCapability>();
  for (const codec of router.codecs ?? []) {
    const match = codecs.find((candidate) => isSameCodec(codec, candidate));
    if (match !== undefined) matched.add(match);
  }
  const common = (router.headerExtensions ?? []).flatMap((extension) => {
    return headerExtensions.find((candidate) => isSameExtension(extension, candidate)) ?? [];
  });
  return { codecs: [...matched], headerExtensions: [...new Set(common)] };
}

/** Returns the matched capabilities that receiving this media requires. Undefined where the endpoint cannot decode the media. */
export function narrowedCapabilities(
  { codecs: sent, headerExtensions: added = [] }: RtpParameters,
  { codecs = [], headerExtensions = [] }: RtpCapabilities,
): RtpCapabilities | undefined {
  const names = new Set(sent.map(({ mimeType }) => mimeType.toLowerCase()));
  // mediasoup fills in missing fields, which must not change the caller's object.
  const narrowed = structuredClone({
    codecs: codecs.filter(({ mimeType }) => names.has(mimeType.toLowerCase())),
    headerExtensions: headerExtensions.filter((extension) =>
      added.some(({ uri, id }) => uri === extension.uri && id === extension.preferredId),
    ),
  });
  return ortc.canConsume({ codecs: sent }, narrowed) ? narrowed : undefined;
}

function isSameCodec(codec: RtpCodecCapability, candidate: RtpCodecCapability): boolean {
  const isAlike =
    codec.mimeType.toLowerCase() === candidate.mimeType.toLowerCase() &&
    codec.clockRate === candidate.clockRate &&
    codec.channels === candidate.channels;
  if (!isAlike) return false;
  if (/\/rtx$/i.test(codec.mimeType)) return true;
  // mediasoup compares profiles and other parameters.
  const sent = { ...codec, payloadType: codec.preferredPayloadType };
  return ortc.canConsume({ codecs: [sent] }, { codecs: [candidate], headerExtensions: [] });
}

type Extension = NonNullable<RtpCapabilities['headerExtensions']>[number];

function isSameExtension(extension: Extension, candidate: Extension): boolean {
  return extension.uri === candidate.uri && extension.preferredId === candidate.preferredId;
}
