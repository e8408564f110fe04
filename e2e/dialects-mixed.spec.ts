import { type Browser, firefox } from '@playwright/test';
import { dialects } from './dialects.ts';
import { expect, test } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

test.describe('Chromium and Firefox see and hear each other', () => {
  let browser: Browser;
  test.beforeAll(async () => {
    browser = await firefox.launch(firefoxLaunch);
  });
  test.afterAll(() => browser.close());

  for (const dialect of dialects)
    test(`in ${dialect}`, async ({ world }) => {
      const alice = await world.joinAs('alice', { dialect });
      const bob = await world.joinAs('bob', { dialect, browser });
      for (const peer of [alice, bob]) {
        await peer.publish('camera');
        await peer.publish('microphone');
      }
      await Promise.all([alice.expectMovingPicture('bob'), bob.expectMovingPicture('alice')]);
      await Promise.all([alice.expectSound('bob'), bob.expectSound('alice')]);
      if (dialect !== 'mediasoup-v3') return;
      const names = (peer: typeof alice) =>
        peer.page.evaluate(() => [...window.peer.room.peers.values()].map(({ device }) => device.flag));
      expect(await names(alice)).toEqual(['firefox']);
      expect(await names(bob)).toEqual(['chrome']);
    });
});
