import { expect, test } from './fixtures/test.ts';
import { shareScreen } from './shareScreen.ts';

test('a screen should be shared, and end by close and by the browser’s own button', async ({ world }) => {
  const { alice, bob, share } = await shareScreen(world);
  const seen = async (name: string) =>
    (await bob.events()).filter(({ event, source }) => event === name && source === 'screen').length;
  await share();
  await expect.poll(() => seen('newConsumer')).toBe(2);
  // What the browser's own button does, as no test can press it. (Firefox gives such an event to nobody.)
  await alice.page.evaluate(() => {
    window.peer.producer('screen').track.dispatchEvent(new Event('ended'));
  });
  await alice.sees({ event: 'producerClosed', source: 'screen', reason: 'trackEnded' });
  await expect.poll(() => seen('consumerClosed')).toBe(2);
});
