import { expect, it } from 'vitest';
import { pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';
import { screenPresets, videoPresets } from './presets.ts';

it('docs/camera-and-microphone.md states size, frame rate and bitrates of each preset', () => {
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

it('docs/screen-share.md states size, frame rate and bitrate of each preset', () => {
  const section = sectionOf(pageOf('docs/screen-share.md'), 'Start and stop sharing');

  for (const [name, { width, height, frameRate, layers }] of Object.entries(screenPresets)) {
    expect(section).toContain(`\`'${name}'\``);
    expect(section).toContain(`${width} × ${height}`);
    expect(section).toContain(`${frameRate} frames per second, ${layers[0].maxBitrate / 1_000_000} Mbit/s`);
  }
});
