import { type World, expect } from './fixtures/test.ts';

/** Shares alice's screen until bob receives it, then ends the share. Returns the function that shares again. */
export async function shareScreen(world: World) {
  const alice = await world.joinAs('alice');
  const bob = await world.joinAs('bob');
  // Browsers share a screen only after a user gesture.
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

  return { alice, bob, share };
}
