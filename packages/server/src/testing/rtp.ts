import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';

let next = 1_000_000;

/** Returns parameters as a browser sends them for a track; each call for another stream. */
export function videoParameters(layers = 1): RtpParameters {
  const encodings = Array.from({ length: layers }, () => ({
    ssrc: (next += 1),
    ...(layers > 1 ? { scalabilityMode: 'L1T3' } : {}),
  }));
  const feedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }];
  const codec = { mimeType: 'video/VP8', payloadType: 100, clockRate: 90_000, parameters: {}, rtcpFeedback: feedback };
  return { mid: String((next += 1)), codecs: [codec], encodings, rtcp: { cname: 'test' } };
}

/** Returns parameters for audio, as {@link videoParameters} does for video. */
export function audioParameters(): RtpParameters {
  const codec = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {} };
  return { mid: String((next += 1)), codecs: [codec], encodings: [{ ssrc: (next += 1) }], rtcp: { cname: 'test' } };
}

/** Returns the capabilities of an endpoint that receives only one kind. */
export function only(
  kind: 'audio' | 'video',
  { codecs = [], headerExtensions = [] }: RtpCapabilities,
): RtpCapabilities {
  return {
    codecs: codecs.filter((codec) => codec.kind === kind),
    headerExtensions: headerExtensions.filter((extension) => extension.kind === kind),
  };
}
