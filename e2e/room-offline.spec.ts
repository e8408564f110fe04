import { expect, test } from './fixtures/test.ts';

test('a room waits for the network while the browser is offline, and reconnects at once when the network returns', async ({
  world,
}) => {
  const drops: (() => void)[] = [];
  const alice = await world.open('alice', {
    beforeLoad: (page) =>
      page.routeWebSocket(/\/mediasoup-v3(\?|$)/, (socket) => {
        const server = socket.connectToServer();
        // Closes the server's end once the network has returned.
        drops.push(() => {
          for (const end of [socket, server]) void end.close({ code: 3001 });
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
    const at: Record<string, number> = {};
    const tell = (line: string) => {
      story.push(line);
      at[line] = performance.now();
    };
    room.on('networkChanged', ({ online }) => {
      tell(online ? 'online' : 'offline');
    });
    room.on('reconnecting', ({ attempt, delayMs, waitingForNetwork }) => {
      tell(`attempt ${attempt} ${waitingForNetwork ? 'waits for the network' : 'follows'}`);
      at.delayMs = delayMs;
    });
    room.on('reconnected', () => {
      tell('reconnected');
    });
    Object.assign(window, { story, at });
  }, request);
  const story = () => page.evaluate(() => (window as unknown as { story: string[] }).story);

  await page.context().setOffline(true);
  await expect.poll(story).toEqual(['offline']);
  drops[0]!();
  await expect.poll(story).toEqual(['offline', 'attempt 1 waits for the network']);
  expect(drops).toHaveLength(1);

  await page.context().setOffline(false);
  await expect.poll(story).toEqual(['offline', 'attempt 1 waits for the network', 'online', 'reconnected']);
  expect(drops).toHaveLength(2);
  const at = await page.evaluate(() => (window as unknown as { at: Record<string, number> }).at);
  // The remaining delay was most of 10 s or more.
  expect(at.reconnected! - at.online!).toBeLessThan(at.delayMs! / 2);
});
