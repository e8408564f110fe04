import type { RtpCapabilities, RtpCodecCapability } from '@tureen/protocol/common';
import { isRtx } from './sdp/codecNames.ts';

/** Returns whether clients of RTCPilot support a codec: only opus and H264. */
export function isRtcPilotCodec(mimeType: string): boolean {
  return /^(audio\/opus|video\/h264)$/i.test(mimeType);
}

/** Returns the router's codecs that RTCPilot accepts in a push: opus, and H264 in constrained baseline. */
export function rtcPilotCapabilities({ codecs = [], headerExtensions = [] }: RtpCapabilities): RtpCapabilities {
  const media = codecs.filter(
    (codec) => isRtcPilotCodec(codec.mimeType) && (codec.kind === 'audio' || isConstrainedBaseline(codec.parameters)),
  );
  const numbers = media.map(({ preferredPayloadType }) => preferredPayloadType);
  const rtx = codecs.filter(({ mimeType, parameters }) => isRtx(mimeType) && numbers.includes(Number(parameters?.apt)));
  return { codecs: [...media, ...rtx], headerExtensions };
}

function isConstrainedBaseline(parameters: RtpCodecCapability['parameters'] = {}): boolean {
  const level = parameters['profile-level-id'];
  return typeof level === 'string' && /^42e0/i.test(level);
}
