import { expect, test } from './fixtures/test.ts';

test('a room waits for the network while the browser is offline, and reconnects at once when the network returns', async ({
  world,
}) => {
  const drops: (() => Promise<void>)[] = [];
  const alice = await world.open('alice', {
    beforeLoad: (page) =>
      page.routeWebSocket(/\/mediasoup-v3(\?|$)/, (socket) => {
        const server = socket.connectToServer();
        drops.push(async () => {
          await Promise.all([socket.close({ code: 3001 }), server.close({ code: 3001 })]);
        });
      }),
  });
  const { page } = alice;
  const request = {
    serverUrl: world.serverUrl,
    roomId: world.roomId,
    peerId: 'alice',
    dialect: 'mediasoup-v3',
  } as const;
  await page.evaluate(async (join) => {
    await window.peer.join(join);
    const { room } = window.peer;
    const story: string[] = [];
    room.on('networkChanged', ({ online }) => story.push(online ? 'online' : 'offline'));
    room.on('reconnecting', ({ attempt, waitingForNetwork }) => {
      story.push(`attempt ${attempt} ${waitingForNetwork ? 'waits for the network' : 'comes'}`);
    });
    room.on('reconnected', () => story.push('reconnected'));
    Object.assign(window, { story });
  }, request);
  const story = () => page.evaluate(() => (window as unknown as { story: string[] }).story);

  await page.context().setOffline(true);
  await expect.poll(story).toEqual(['offline']);
  const waits = page.evaluate(() => window.peer.room.waitFor('reconnecting'));
  await drops[0]!();
  expect(await waits).toMatchObject({ attempt: 1, waitingForNetwork: true });
  expect(drops).toHaveLength(1);

  const back = page.evaluate(async () => {
    const begins = window.peer.room.waitFor('networkChanged');
    const back = window.peer.room.waitFor('reconnected');
    await begins;
    const begunAt = performance.now();
    await back;
    return performance.now() - begunAt;
  });
  await page.context().setOffline(false);
  const tookMs = await back;
  expect(await story()).toEqual(['offline', 'attempt 1 waits for the network', 'online', 'reconnected']);
  expect(drops).toHaveLength(2);
  // The delay that was left was 10 s at least.
  expect(tookMs).toBeLessThan((await waits).delayMs);
});
