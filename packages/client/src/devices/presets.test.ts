import { describe, expect, test } from 'vitest';

import { encodingsFor, presetOf, videoPresets } from './presets.ts';

describe('encodingsFor() and presets', () => {
  test('has three streams in h720, each a quarter of the next larger one', () => {
    expect(encodingsFor('h720')).toEqual([
      { scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3' },
      { scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
      { scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3' },
    ]);
  });

  test.each(Object.entries(videoPresets))('has growing layers in %s, the last one in full size', (_name, preset) => {
    const rates = preset.layers.map((layer) => layer.maxBitrate);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    expect(preset.layers.at(-1)?.scaleResolutionDownBy).toBe(1);
  });

  test.each(['video/VP9', 'video/vp9'])('puts the layers of %s into one stream', (codec) => {
    expect(encodingsFor('h720', { codec })).toEqual([{ maxBitrate: 1_500_000, scalabilityMode: 'L3T3_KEY' }]);
  });

  test.each(['video/AV1', 'video/av1'])(
    'gives %s temporal layers only, as receivers decode no spatial ones',
    (codec) => {
      expect(encodingsFor('h720', { codec })).toEqual([{ maxBitrate: 1_500_000, scalabilityMode: 'L1T3' }]);
    },
  );

  test('has one stream without simulcast, for the smallest video and for screens', () => {
    expect(encodingsFor('h720', { simulcast: false })).toEqual([{ maxBitrate: 1_500_000, scalabilityMode: 'L1T3' }]);
    expect(encodingsFor('h180')).toHaveLength(1);
    expect(encodingsFor('screen15')).toEqual([{ maxBitrate: 2_500_000, scalabilityMode: 'L1T3' }]);
  });

  test('uses a preset of the app unchanged, and throws invalidArgument for an unknown name', () => {
    const own = {
      width: 100,
      height: 100,
      frameRate: 5,
      layers: [{ scaleResolutionDownBy: 1, maxBitrate: 1 }],
    } as const;
    expect(presetOf(own)).toBe(own);
    expect(() => presetOf('h4320' as never)).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
    expect(() => presetOf('toString' as never)).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
  });
});
