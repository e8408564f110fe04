import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures/test.ts';
import { pagesUrl } from './ports.ts';

const bundle = new URL('../packages/client/dist/tureen.umd.js', import.meta.url);

test('the UMD build carries a call in a page without a build step', async ({ world, browser }) => {
  const body = await readFile(bundle, 'utf8').catch(() => {
    throw new Error('packages/client/dist/tureen.umd.js is missing: run `pnpm build` first');
  });
  const open = async (peer: string) => {
    const page = await (await browser.newContext()).newPage();
    world.watch(page);
    await page.route('**/tureen.umd.js', (route) => route.fulfill({ body, contentType: 'text/javascript' }));
    const query = new URLSearchParams({ room: world.roomId, peer, server: world.serverUrl });
    await page.goto(`${pagesUrl}/pages/umd/?${query}`);
    return page;
  };
  const [one, two] = [await open('one'), await open('two')];
  for (const page of [one, two]) {
    await expect(page.getByTestId('state')).toHaveText('joined');
    await expect(page.getByTestId('remote')).toHaveAttribute('data-playing', 'yes');
    expect(await page.evaluate(() => typeof (window as unknown as { Tureen: { Room: unknown } }).Tureen.Room)).toBe(
      'function',
    );
  }
  await Promise.all([one.context().close(), two.context().close()]);
});
