import type { RtpCapabilities } from '@tureen/protocol/common';

/** Codecs that every browser decodes. */
const decodedByAll: ReadonlySet<string> = new Set(['audio/opus', 'video/vp8']);

/**
 * Returns the capabilities of a client that joins without its own but expects consumers at once: the codecs of the room that
 * every browser decodes. So no consumer sends media that its receiver cannot decode.
 */
export function assumedCapabilities({ codecs = [], headerExtensions = [] }: RtpCapabilities): RtpCapabilities {
  const media = codecs.filter(({ mimeType }) => decodedByAll.has(mimeType.toLowerCase()));
  const payloadTypes = new Set<unknown>(media.map(({ preferredPayloadType }) => preferredPayloadType));
  const retransmission = codecs.filter(
    ({ mimeType, parameters }) => mimeType.toLowerCase().endsWith('/rtx') && payloadTypes.has(parameters?.apt),
  );
  return { codecs: [...media, ...retransmission], headerExtensions };
}
