import { expect, test } from './fixtures/test.ts';
import type { ContractName } from './pages/contracts/main.ts';

const names: readonly ContractName[] = ['mediaEngine'];

for (const name of names)
  test(`this browser keeps the contract ${name}, as its fake does`, async ({ world }) => {
    const { page } = await world.open('contract', { path: '/pages/contracts/' });
    const results = await page.evaluate(([which, url, roomId]) => window.runContract(which, url, roomId), [
      name,
      world.serverUrl,
      world.roomId,
    ] as const);
    expect(results.length).toBeGreaterThan(5);
    expect(results.filter(({ failure }) => failure !== null)).toEqual([]);
  });
