import { firefox } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

// A stock demo withholds a track whose codec the receiver lacks, without a message.
test.use({ settings: { demoFaithful: true } });

test('a browser reports which codecs of a demo’s router it lacks', async ({ world }) => {
  const browser = await firefox.launch(firefoxLaunch);
  const sees = async (peer: Awaited<ReturnType<typeof world.joinAs>>) => {
    const events = (await peer.events()).map(({ event }) => event);
    const lacking = await peer.page.evaluate(() => window.peer.lackingCodecs);
    return { isTold: events.includes('codecsUnsupported'), lacking };
  };
  expect(await sees(await world.joinAs('chromium'))).toEqual({ isTold: false, lacking: [] });
  // The router's VP9 has profile 2. Only some Firefoxes receive H264.
  const { isTold, lacking } = await sees(await world.joinAs('firefox', { browser }));
  expect(isTold).toBe(true);
  expect(lacking).toContain('video/VP9');
  expect(lacking.filter((codec) => !/VP9|H264/.test(codec))).toEqual([]);
  await browser.close();
});
