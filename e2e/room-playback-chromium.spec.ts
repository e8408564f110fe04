import { chromium } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { strictChromiumLaunch } from './launch.ts';

test('a browser that plays nothing before a gesture should say so, and play after one', async ({ world }) => {
  const browser = await chromium.launch(strictChromiumLaunch);
  try {
    const alice = await world.joinAs('alice');
    await alice.publish('microphone');
    const bob = await world.joinAs('bob', { browser });
    await bob.sees({ event: 'playbackBlocked', peerId: 'alice', source: 'microphone' });
    await bob.page.evaluate(() => {
      document.addEventListener('click', () => void window.peer.room.startPlayback(), { once: true });
    });
    await bob.page.getByRole('heading').click();
    await expect(bob.page.getByTestId('alice/microphone')).toHaveAttribute('data-playing', 'yes');
    await bob.expectSound('alice');
  } finally {
    await browser.close();
  }
});
