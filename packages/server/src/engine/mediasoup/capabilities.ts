import type { RtpCapabilities, RtpCodecCapability, RtpParameters } from '@tureen/protocol/common';
import { ortc } from 'mediasoup';

/**
 * Of capabilities that a client declared, what the router can use: for each of its codecs the first that matches, which is
 * the one that mediasoup would choose, and the header extensions that both have. However much was declared, the result is as
 * small as the router's own capabilities.
 *
 * @throws TypeError for capabilities that no endpoint can have.
 */
export function matchedCapabilities(router: RtpCapabilities, declared: RtpCapabilities): RtpCapabilities {
  // mediasoup fills in what is missing, which is not for the caller to see.
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

/** Of matched capabilities, what receiving that media takes; undefined where it cannot be decoded. */
export function narrowedCapabilities(
  { codecs: sent, headerExtensions: added = [] }: RtpParameters,
  { codecs = [], headerExtensions = [] }: RtpCapabilities,
): RtpCapabilities | undefined {
  const names = new Set(sent.map(({ mimeType }) => mimeType.toLowerCase()));
  const narrowed = {
    codecs: codecs.filter(({ mimeType }) => names.has(mimeType.toLowerCase())),
    headerExtensions: headerExtensions.filter((extension) =>
      added.some(({ uri, id }) => uri === extension.uri && id === extension.preferredId),
    ),
  };
  return ortc.canConsume({ codecs: sent }, narrowed) ? narrowed : undefined;
}

function isSameCodec(codec: RtpCodecCapability, candidate: RtpCodecCapability): boolean {
  const isAlike =
    codec.mimeType.toLowerCase() === candidate.mimeType.toLowerCase() &&
    codec.clockRate === candidate.clockRate &&
    codec.channels === candidate.channels;
  if (!isAlike) return false;
  if (/\/rtx$/i.test(codec.mimeType)) return true;
  // Profiles and the like are for mediasoup to compare.
  const sent = { ...codec, payloadType: codec.preferredPayloadType };
  return ortc.canConsume({ codecs: [sent] }, { codecs: [candidate], headerExtensions: [] });
}

type Extension = NonNullable<RtpCapabilities['headerExtensions']>[number];

function isSameExtension(extension: Extension, candidate: Extension): boolean {
  return extension.uri === candidate.uri && extension.preferredId === candidate.preferredId;
}
