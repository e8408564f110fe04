import type { MediaKind } from '@tureen/protocol/common';

import type { ProducerCodecOptions } from '../MediaEngine.ts';
import { parseSdp, setFmtp, writeSdp } from './sdp.ts';

/** Name of each option in the answer's fmtp line, for opus and for video. */
const names: Readonly<Partial<Record<keyof ProducerCodecOptions, string>>> = {
  opusStereo: 'stereo',
  opusFec: 'useinbandfec',
  opusDtx: 'usedtx',
  opusMaxPlaybackRate: 'maxplaybackrate',
  opusMaxAverageBitrate: 'maxaveragebitrate',
  opusPtime: 'ptime',
  videoGoogleStartBitrate: 'x-google-start-bitrate',
  videoGoogleMaxBitrate: 'x-google-max-bitrate',
  videoGoogleMinBitrate: 'x-google-min-bitrate',
};

/** Adds the options to the sections of a kind: the browser encodes as the answer requests. */
export function applyCodecOptions(answer: string, options: ProducerCodecOptions, kind: MediaKind): string {
  const sdp = parseSdp(answer);
  for (const section of sdp.media) {
    if (section.type !== kind) continue;
    const prefix = section.type === 'audio' ? 'opus' : 'video';
    const codec = section.rtp.find((one) => prefix === 'video' || one.codec.toLowerCase() === prefix);
    const values: Record<string, number> = {};
    for (const [option, value] of Object.entries(options)) {
      const name = names[option as keyof ProducerCodecOptions];
      if (name !== undefined && value !== undefined && option.startsWith(prefix)) values[name] = Number(value);
    }
    if (codec !== undefined && Object.keys(values).length > 0) setFmtp(section, codec.payload, values);
    if (codec !== undefined && prefix === 'opus' && options.opusNack === true)
      (section.rtcpFb ??= []).push({ payload: codec.payload, type: 'nack' });
  }
  return writeSdp(sdp);
}
