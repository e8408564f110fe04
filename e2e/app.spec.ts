import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview } from 'vite';
import { expect, test } from './fixtures/test.ts';

test('an app built with Vite from the built packages carries a call', async ({ world, browser }) => {
  const outDir = await mkdtemp(join(tmpdir(), 'tureen-app-'));
  const root = join(import.meta.dirname, 'app');
  // Without the condition `tureen-source`: the build uses what is published.
  await build({ root, configFile: false, logLevel: 'warn', build: { outDir, emptyOutDir: true, target: 'es2022' } });
  const served = await preview({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { outDir },
    preview: { port: 0, host: '127.0.0.1' },
  });
  try {
    const files = await readdir(join(outDir, 'assets'));
    const bundle = (await Promise.all(files.map((file) => readFile(join(outDir, 'assets', file), 'utf8')))).join('\n');
    expect(bundle).toContain('mediasoup-v3');
    // The adapter is a side-effect import, and must stay in the bundle.
    expect(bundle).toContain('browserDetails');
    // The bundle contains one dialect, and no test code.
    for (const other of ['mediasoup-v2', 'push-pull', 'FakeEngine']) expect(bundle).not.toContain(other);

    const [address] = served.resolvedUrls?.local ?? [];
    const open = async (peer: string) => {
      const page = await (await browser.newContext()).newPage();
      world.watch(page);
      await page.goto(`${address!}?${new URLSearchParams({ room: world.roomId, peer, server: world.serverUrl })}`);
      return page;
    };
    const [one, two] = [await open('one'), await open('two')];
    await expect(one.getByTestId('two/camera')).toHaveAttribute('data-playing', 'yes');
    await expect(one.getByTestId('two/microphone')).toHaveAttribute('data-playing', 'yes');
    await expect(two.getByTestId('one/camera')).toHaveAttribute('data-playing', 'yes');
    await Promise.all([one.context().close(), two.context().close()]);
  } finally {
    await served.close();
    await rm(outDir, { recursive: true, force: true });
  }
});
