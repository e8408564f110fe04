import { describe, expect, it } from 'vitest';

import type { ProducerEncoding } from './MediaEngine.ts';
import { type VideoPreset, encodingsFor, videoPresets } from '../devices/presets.ts';
import { type EncodingUse, fitEncodings } from './fitEncodings.ts';

const chromium = { isNamed: true, ignoresModes: false, sendsDescriptor: true, forwardsDescriptor: false };
const firefox = { ...chromium, ignoresModes: true };
const three: readonly ProducerEncoding[] = [
  { maxBitrate: 1, scaleResolutionDownBy: 4, scalabilityMode: 'L1T3' },
  { maxBitrate: 2, scaleResolutionDownBy: 2, scalabilityMode: 'L1T3' },
  { maxBitrate: 3, scaleResolutionDownBy: 1, scalabilityMode: 'L1T3' },
];
const fit = (encodings: readonly ProducerEncoding[], use: Partial<EncodingUse> & { codec: string }) =>
  fitEncodings(encodings, { ...chromium, ...use });

describe('fitEncodings', () => {
  it.each(['video/VP8', 'video/H264', 'audio/opus'])('keeps the encodings of %s', (codec) => {
    expect(fit(three, { codec })).toEqual(three);
    expect(fit([], { codec })).toEqual([]);
  });

  it('copies encodings, so that one table serves many producers', () => {
    const given = Object.freeze({ scalabilityMode: 'L3T3_KEY' });
    const [fitted] = fit([given], { codec: 'video/AV1', ...firefox });
    expect(fitted).toEqual({});
    expect(fit([given], { codec: 'video/VP8' })[0]).not.toBe(given);
  });

  it.each(['video/VP9', 'video/AV1', 'video/av1'])('refuses several encodings of %s that the app named', (codec) => {
    expect(() => fit(three, { codec })).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('3') as string }),
    );
  });

  it.each([
    ['video/VP9', 'L3T3_KEY'],
    ['video/AV1', 'L1T3'],
  ])('sends one encoding of %s as %s where the server chose the codec', (codec, scalabilityMode) => {
    expect(fit(three, { codec, isNamed: false })).toEqual([
      { maxBitrate: 3, scaleResolutionDownBy: 1, scalabilityMode },
    ]);
    expect(fit(three, { codec, isNamed: false, ignoresModes: true })).toEqual([
      { maxBitrate: 3, scaleResolutionDownBy: 1 },
    ]);
  });

  it('has at most the three spatial layers that browsers support', () => {
    const four = [{ maxBitrate: 0 }, ...three];
    expect(fit(four, { codec: 'video/VP9', isNamed: false })).toMatchObject([{ scalabilityMode: 'L3T3_KEY' }]);
    const { h1080 } = videoPresets;
    const preset: VideoPreset = { ...h1080, layers: [{ scaleResolutionDownBy: 8, maxBitrate: 1 }, ...h1080.layers] };
    expect(encodingsFor(preset, { codec: 'video/VP9' })).toMatchObject([{ scalabilityMode: 'L3T3_KEY' }]);
  });

  it.each(['L2T3', 'L3T3', 'L3T3_KEY', 'S2T1', 'L3T1h'])('refuses spatial layers of AV1 in mode %s', (mode) => {
    const encodings = [{ scalabilityMode: mode }];
    expect(() => fit(encodings, { codec: 'video/AV1' })).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(mode) as string }),
    );
    expect(fit(encodings, { codec: 'video/AV1', forwardsDescriptor: true })).toEqual(encodings);
    expect(fit(encodings, { codec: 'video/VP9' })).toEqual(encodings);
  });

  it.each(['L1T1', 'L1T2', 'L1T3'])('keeps temporal layers of AV1 in mode %s where the browser marks them', (mode) => {
    const encodings = [{ scalabilityMode: mode }];
    expect(fit(encodings, { codec: 'video/AV1' })).toEqual(encodings);
    expect(fit(encodings, { codec: 'video/AV1', sendsDescriptor: false })).toEqual([{}]);
    expect(fit(encodings, { codec: 'video/AV1', ignoresModes: true })).toEqual([{}]);
  });
});
