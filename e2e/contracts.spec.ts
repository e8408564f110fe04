import { expect, test } from './fixtures/test.ts';

const names = ['capture', 'mediaEngine', 'peerConnectionMedia', 'rtcPeerConnection'] as const;

test('this browser keeps the contracts of the fakes', async ({ world }) => {
  const { page } = await world.open('contract', { path: '/pages/contracts/' });
  for (const name of names) {
    const place = { url: world.serverUrl, roomId: world.roomId };
    const results = await page.evaluate(([which, where]) => window.runContract(which, where), [name, place] as const);
    expect.soft(results.length, name).toBeGreaterThan(5);
    expect
      .soft(
        results.filter(({ failure }) => failure !== null),
        name,
      )
      .toEqual([]);
  }
});
