import { type World, expect } from './fixtures/test.ts';

/** Alice shares her screen, bob receives it; it ends by call, and again by the end of its track. */
export async function shareScreen(world: World): Promise<void> {
  const alice = await world.joinAs('alice');
  const bob = await world.joinAs('bob');
  // A screen is given for a gesture only.
  const share = async () => {
    await alice.page.evaluate(() => {
      const sharing = new Promise((resolve, reject) => {
        document.addEventListener(
          'click',
          () => {
            window.peer.room.enableScreenShare().then(resolve, reject);
          },
          { once: true },
        );
      });
      Object.assign(window, { sharing });
    });
    await alice.page.getByRole('heading').click();
    await alice.page.evaluate(async () => {
      await (window as unknown as { sharing: Promise<unknown> }).sharing;
    });
  };
  await share();
  await bob.hasConsumer('alice', 'screen');
  await expect.poll(async () => (await bob.received('alice', 'screen')).frames).toBeGreaterThan(0);
  await alice.page.evaluate(async () => {
    await (await (window as unknown as { sharing: Promise<{ close(): Promise<void> }> }).sharing).close();
  });
  await bob.sees({ event: 'consumerClosed', peerId: 'alice', source: 'screen' });

  await share();
  await expect
    .poll(
      async () =>
        (await bob.events()).filter(({ event, source }) => event === 'newConsumer' && source === 'screen').length,
    )
    .toBe(2);
  // What the browser's own button does, as no test can press it.
  await alice.page.evaluate(() => {
    window.peer.producer('screen').track.dispatchEvent(new Event('ended'));
  });
  await alice.sees({ event: 'producerClosed', source: 'screen', reason: 'trackEnded' });
  await expect
    .poll(
      async () =>
        (await bob.events()).filter(({ event, source }) => event === 'consumerClosed' && source === 'screen').length,
    )
    .toBe(2);
}
