import type { RtpCapabilities } from '@tureen/protocol/common';
import type { types } from 'mediasoup';
import type { PayloadTypes } from '../MediaBackend.ts';

/**
 * Codecs of a router under other payload types: those named, and no others.
 *
 * mediasoup gives a video codec's retransmissions the first free number from 100 on, and fails where a later codec wants that
 * number. So codecs that want a low number from 100 on come first.
 */
export function renumberedCodecs(
  { codecs = [] }: RtpCapabilities,
  payloadTypes: PayloadTypes,
): types.RouterRtpCodecCapability[] {
  const renumbered = codecs.flatMap((codec) => {
    const preferredPayloadType = payloadTypes.get(codec.preferredPayloadType);
    return preferredPayloadType === undefined ? [] : [{ ...codec, preferredPayloadType }];
  });
  const rank = ({ kind, preferredPayloadType }: (typeof renumbered)[number]) =>
    kind === 'audio' ? -1 : preferredPayloadType < 100 ? 128 : preferredPayloadType;
  return renumbered.sort((one, other) => rank(one) - rank(other));
}
