import { describe, expect, it } from 'vitest';
import { pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';
import { screenPresets, videoPresets } from './presets.ts';

describe('docs/camera-and-microphone.md', () => {
  it('states size, frame rate and bitrates of each camera preset', () => {
    const rows = rowsOf(sectionOf(pageOf('docs/camera-and-microphone.md'), 'Choose resolution, bitrate and codec'));

    expect(rows).toEqual(
      Object.entries(videoPresets).map(([name, { width, height, frameRate, layers }]) => [
        `\`${name}\``,
        `${width} × ${height}`,
        String(frameRate),
        layers.map(({ maxBitrate }) => maxBitrate / 1000).join(', '),
      ]),
    );
  });
});

describe('docs/screen-share.md', () => {
  it('states size, frame rate and bitrate of each screen preset', () => {
    const section = sectionOf(pageOf('docs/screen-share.md'), 'Start and stop sharing');

    for (const [name, { width, height, frameRate, layers }] of Object.entries(screenPresets)) {
      expect(section).toContain(`\`'${name}'\``);
      expect(section).toContain(`${width} × ${height}`);
      expect(section).toContain(`${frameRate} frames per second, ${layers[0].maxBitrate / 1_000_000} Mbit/s`);
    }
  });
});
