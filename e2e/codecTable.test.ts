import { readFileSync } from 'node:fs';
import { encodingsFor, videoPresets } from '@tureen/client';
import { expect, it } from 'vitest';
import { codecMarkdown } from './codecMarkdown.ts';
import { type ModeName, browserNames, codecTable, isSent, modeNames, modes } from './codecTable.ts';

/** Removes the padding that prettier adds to table cells. */
const unpadded = (markdown: string) => markdown.replace(/ *\| */g, '|').replace(/-{3,}/g, '---');

it('docs/codecs.md contains the table', () => {
  const page = readFileSync(new URL('../docs/codecs.md', import.meta.url), 'utf8');
  expect(unpadded(page)).toContain(unpadded(codecMarkdown()));
});

const codecs = ['VP8', 'VP9', 'H264', 'AV1'] as const;
const presets = Object.keys(videoPresets) as (keyof typeof videoPresets)[];

it.each(codecs.flatMap((codec) => presets.map((preset) => [codec, preset] as const)))(
  'encodingsFor sends %s of preset %s in a mode that every receiver with the codec decodes',
  (codec, preset) => {
    for (const simulcast of [true, false]) {
      const encodings = encodingsFor(preset, { codec: `video/${codec}`, simulcast });
      const [{ scalabilityMode = '' } = {}] = encodings;
      const name = encodings.length > 1 ? `simulcast ${encodings.length}` : scalabilityMode.replace('L2T3_KEY', 'L2T3');
      expect(modeNames).toContain(name);
      for (const from of browserNames) {
        const row = codecTable[from][codec][name as ModeName];
        if (row !== 'not verified') expect(isSent(row), `${from} ${name}`).toBe(true);
      }
    }
  },
);

it('the table has a row for each codec and mode, and a decodable mode for each codec', () => {
  for (const from of browserNames)
    for (const [codec, rows] of Object.entries(codecTable[from])) {
      expect(Object.keys(rows)).toEqual(Object.keys(modes));
      const outcomes = Object.values(rows);
      expect(
        outcomes.some(isSent) || outcomes.every((row) => row === 'no codec' || row === 'not verified'),
        `${from} ${codec}`,
      ).toBe(true);
    }
});
