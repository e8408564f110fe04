import { firefox } from '@playwright/test';
import { browserNames, codecTable } from './codecTable.ts';
import { CodecWalk } from './fixtures/codecWalk.ts';
import { expect, test } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

// A sample of the codec table. `npm run e2e:full` covers the whole table.
for (const from of browserNames)
  test(`each codec of ${from} is decoded in both browsers as enableCamera sends it`, async ({ world, browser }) => {
    const browsers = { chromium: browser, firefox: await firefox.launch(firefoxLaunch) };
    const walk = await CodecWalk.open(world, browsers, from);
    for (const codec of ['VP8', 'VP9', 'H264', 'AV1'] as const) {
      const seen = await walk.walk(
        (sender) => sender.evaluate((mimeType) => window.codecs.sendCamera(mimeType), `video/${codec}`),
        async (receiver) => ((await walk.decodes(receiver)) === null ? 'nothing' : 'decoded'),
      );
      const row = codecTable[from][codec].plain;
      expect.soft(seen, codec).toEqual(row === 'not verified' ? 'unsupportedCodec' : row);
    }
    await browsers.firefox.close();
  });
