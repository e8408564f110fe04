import type { RtpCapabilities } from '@tureen/protocol/common';

/** What every browser decodes. */
const decodedByAll: ReadonlySet<string> = new Set(['audio/opus', 'video/vp8']);

/**
 * What a client can decode that joins without saying so, and yet is to be told at once what is sent: of what the room can
 * carry that which all can, so that no consumer is made that sends what its receiver cannot decode.
 */
export function assumedCapabilities({ codecs = [], headerExtensions = [] }: RtpCapabilities): RtpCapabilities {
  const media = codecs.filter(({ mimeType }) => decodedByAll.has(mimeType.toLowerCase()));
  const payloadTypes = new Set<unknown>(media.map(({ preferredPayloadType }) => preferredPayloadType));
  const retransmission = codecs.filter(
    ({ mimeType, parameters }) => mimeType.toLowerCase().endsWith('/rtx') && payloadTypes.has(parameters?.apt),
  );
  return { codecs: [...media, ...retransmission], headerExtensions };
}
