import { startServer } from '@tureen/server';
import { type World, expect, test } from './fixtures/test.ts';
import { playgroundUrl } from './ports.ts';

/** Opens the lobby in a small window, with a server in the URL. */
async function openLobby(world: World, serverUrl: string) {
  const { page } = await world.open('guest', {
    path: `${playgroundUrl}/?${new URLSearchParams({ server: serverUrl })}`,
  });
  await page.setViewportSize({ width: 900, height: 600 });
  await page.getByTestId('name-input').fill('Guest');
  await page.getByTestId('room-input').fill(world.roomId);
  return page;
}

test('the lobby shows that the room is full, visible in a small window', async ({ world }) => {
  const server = await startServer({ port: 0, workers: 1, logLevel: 'fatal', pingIntervalMs: 0, maxPeersPerRoom: 1 });
  try {
    const serverUrl = `${server.url.replace(/^http/, 'ws')}/mediasoup-v3`;
    const first = await world.joinAs('first', { serverUrl });
    const page = await openLobby(world, serverUrl);
    await page.getByTestId('join-button').click();
    const error = page.getByTestId('lobby-error');
    await expect(error).toHaveText('This room is full.Try again when a person has left, or choose another room.');
    await expect(error).toHaveAttribute('data-reason', 'roomFull');
    await expect(error).toBeInViewport({ ratio: 1 });
    await expect(page.getByTestId('join-button')).toHaveText('Join');
    // Closes the page, which would otherwise log errors while it reconnects to the closed server.
    await first.page.close();
  } finally {
    await server.close();
  }
});

test('a removed person sees the text of the host, and the page does not suggest rejoining', async ({ world }) => {
  const page = await openLobby(world, world.serverUrl);
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('meeting')).toHaveAttribute('data-state', 'joined');
  const [peer] = world.server.registry.get(world.roomId)!.peers.keys();
  world.server.registry.kick(world.roomId, peer!, { reason: 'Please be kind.' });
  await expect(page.getByTestId('ended')).toHaveAttribute('data-reason', 'kicked');
  await expect(page.getByTestId('ended')).toContainText('You were removed from the room“Please be kind.”');
  await expect(page.getByTestId('ended')).not.toContainText('kicked');
  await expect(page.getByTestId('lobby-button')).toHaveClass(/button--primary/);
  await expect(page.getByTestId('rejoin-button')).not.toHaveClass(/button--primary/);
});
