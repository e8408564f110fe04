import { chromium } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { strictChromiumLaunch } from './launch.ts';

// Tracing reads the page, which counts as a gesture.
test.use({ trace: 'off' });

test('a room reports that the browser blocks playback before a gesture, and plays after one', async ({ world }) => {
  const browser = await chromium.launch(strictChromiumLaunch);
  try {
    const alice = await world.joinAs('alice');
    await alice.publish('microphone');
    const request = { serverUrl: world.serverUrl, roomId: world.roomId, peerId: 'bob' };
    const said = Promise.withResolvers<string>();
    const bob = await world.open('bob', {
      browser,
      path: `/pages/room/#${encodeURIComponent(JSON.stringify(request))}`,
      beforeLoad: (page) =>
        page.on('console', (message) => {
          if (message.type() === 'info') said.resolve(message.text());
        }),
    });
    expect(await said.promise).toBe('playbackBlocked alice microphone');
    await expect(bob.page.getByTestId('alice/microphone')).not.toHaveAttribute('data-playing', 'yes');
    await bob.page.getByRole('button', { name: 'Play' }).click();
    await expect(bob.page.getByTestId('alice/microphone')).toHaveAttribute('data-playing', 'yes');
    await bob.expectSound('alice');
  } finally {
    await browser.close();
  }
});
