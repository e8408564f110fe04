import { firefox } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

test('Chromium and Firefox should see and hear each other', async ({ world }) => {
  const browser = await firefox.launch(firefoxLaunch);
  try {
    const alice = await world.joinAs('alice');
    const bob = await world.joinAs('bob', { browser });
    for (const peer of [alice, bob]) {
      await peer.publish('camera');
      await peer.publish('microphone');
    }
    await alice.expectMovingPicture('bob');
    await alice.expectSound('bob');
    await bob.expectMovingPicture('alice');
    await bob.expectSound('alice');
    const names = async (peer: typeof alice) =>
      peer.page.evaluate(() => [...window.peer.room.peers.values()].map(({ device }) => device.flag));
    expect(await names(alice)).toEqual(['firefox']);
    expect(await names(bob)).toEqual(['chrome']);
  } finally {
    await browser.close();
  }
});
