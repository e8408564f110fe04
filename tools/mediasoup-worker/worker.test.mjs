import { createServer } from 'node:http';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../bootstrap/children.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { PROVEN_MEDIASOUP_VERSIONS } from '../bootstrap/versions.mjs';
import { KNOWN_WRAPS, PATCHES, UNITY_LISTS, applyPatch, distribute } from './build/patches.mjs';
import { CachedWorker, cacheKey, startsHere } from './cache.mjs';
import { mediasoupPackage } from './package.mjs';
import { downloadPrebuilt, prebuiltUrl } from './prebuilt.mjs';

let folder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tureen-worker-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Program that exits like a worker that a person starts. */
async function standIn(name, { code = 41 } = {}) {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n# ${name}\nexit ${code}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('Cache of workers', () => {
  it('keeps one worker for each version, platform and distribution', () => {
    const osRelease = 'PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_ID="12"\nID=debian\n';
    const machine = { version: '3.27.1', platform: 'linux', arch: 'x64' };
    expect(cacheKey({ ...machine, osRelease })).toBe('3.27.1-linux-x64-debian-12');
    expect(cacheKey({ ...machine, osRelease: '' })).toBe('3.27.1-linux-x64');
    expect(cacheKey({ version: '3.27.1', platform: 'darwin', arch: 'arm64' })).toBe('3.27.1-darwin-arm64');
  });

  it('finds the latest worker and leaves no other file', async () => {
    const place = new CachedWorker(folder, 'key');
    expect(await place.find()).toBeUndefined();
    for (const name of ['first', 'second']) {
      await place.publish(await standIn(name), { origin: 'source', mediasoupVersion: '3.27.1' });
      expect(await place.find()).toBe(place.bin);
      expect(await readFile(place.bin, 'utf8')).toContain(name);
    }
    expect((await readdir(join(folder, 'mediasoup-worker', 'key'))).sort()).toEqual([
      'mediasoup-worker',
      'mediasoup-worker.json',
    ]);
  });

  it('ignores a worker that no longer starts', async () => {
    const place = new CachedWorker(folder, 'key');
    await place.publish(await standIn('for another system', { code: 127 }), {
      origin: 'source',
      mediasoupVersion: '1',
    });
    expect(await place.find()).toBeUndefined();
  });

  it('removes the folder of a killed build', async () => {
    const place = new CachedWorker(folder, 'key');
    const left = await place.aside();
    await writeFile(join(left, 'half'), '');
    const path = await place.aside();
    expect(await readdir(path)).toEqual([]);
    await place.removeAside(path);
    expect(await readdir(join(folder, 'mediasoup-worker'))).toEqual([]);
  });
});

describe('mediasoup’s prebuilt worker', () => {
  const mediasoup = { version: '3.27.1', repositoryUrl: 'git+https://github.com/versatica/mediasoup.git' };
  const machine = { ...mediasoup, arch: 'x64', platform: 'linux', osRelease: '6.12.3-amd64' };

  it('has the URL of mediasoup’s releases, or of mediasoup’s own variable', () => {
    const path = '3.27.1/mediasoup-worker-3.27.1-linux-x64-kernel6.tgz';
    expect(prebuiltUrl(machine)).toBe(`https://github.com/versatica/mediasoup/releases/download/${path}`);
    expect(prebuiltUrl({ ...machine, baseUrl: 'http://mirror.example' })).toBe(`http://mirror.example/${path}`);
    expect(prebuiltUrl({ ...machine, platform: 'darwin', arch: 'arm64' })).toMatch(/3\.27\.1-darwin-arm64\.tgz$/);
  });

  async function serving(handle, work) {
    const server = createServer(handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const env = { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: `http://127.0.0.1:${server.address().port}` };
      return await work(env);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('is unpacked and started once as a check', async () => {
    await standIn('mediasoup-worker');
    await run('tar', ['-czf', 'w.tgz', 'mediasoup-worker'], { cwd: folder });
    const archive = await readFile(join(folder, 'w.tgz'));
    await rm(join(folder, 'mediasoup-worker'));
    await serving(
      (_, response) => response.end(archive),
      async (env) => {
        const { path } = await downloadPrebuilt({ folder, mediasoup, env });
        expect(await startsHere(path)).toBe(true);
      },
    );
  });

  it.each([
    ['the file does not exist', (response) => response.writeHead(404).end(), /no worker for this platform/],
    ['the server fails', (response) => response.writeHead(503).end(), /HTTP 503/],
    ['another page responds', (response) => response.end('<html>please log in</html>'), /cannot be unpacked/],
    ['the connection breaks', (response) => response.destroy(), /mediasoup-worker-3\.27\.1/],
  ])('is refused with a reason when %s', async (_, answer, reason) => {
    await serving(
      (_request, response) => answer(response),
      async (env) => {
        const { path, refusal } = await downloadPrebuilt({ folder, mediasoup, env });
        expect(path).toBeUndefined();
        expect(refusal).toMatch(reason);
      },
    );
  });

  it('is not downloaded when mediasoup’s own variable forbids it', async () => {
    const env = { MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD: 'true' };
    expect((await downloadPrebuilt({ folder, mediasoup, env })).refusal).toContain('SKIP');
  });
});

describe('Recipe for building the worker', () => {
  const mediasoup = mediasoupPackage(ROOT);
  const source = (file) => readFile(join(mediasoup.folder, 'worker', file), 'utf8');

  it('was tested with the installed version', () => {
    expect(PROVEN_MEDIASOUP_VERSIONS).toContain(mediasoup.version);
  });

  it.each(PATCHES)('finds exactly one place for the patch "$name"', async (patch) => {
    const text = await source(patch.file);
    expect(text.match(new RegExp(patch.find, 'g'))).toHaveLength(1);
    expect(applyPatch(text, patch)).not.toBe(text);
  });

  it('names a patch that does not apply', () => {
    expect(applyPatch('something else', PATCHES[0])).toBeUndefined();
  });

  it('lists every library that the package bundles', async () => {
    const bundled = await readdir(join(mediasoup.folder, 'worker', 'subprojects'));
    expect(bundled.filter((name) => name.endsWith('.wrap') && !KNOWN_WRAPS.includes(name))).toEqual([]);
  });

  it.each(UNITY_LISTS)('distributes every file of $list', async ({ file, list }) => {
    const before = await source(file);
    const after = distribute(before, list);
    const sorted = (text) => text.split('\n').sort();
    expect(after).not.toBe(before);
    expect(sorted(after)).toEqual(sorted(before));
  });

  it('puts neighbors of a list into different compilations', () => {
    const list = (names) => `files = [\n${names.map((name) => `  '${name}',`).join('\n')}\n]`;
    expect(distribute(list(['a', 'b', 'c', 'd', 'e']), 'files', 2)).toBe(list(['a', 'd', 'b', 'e', 'c']));
    expect(distribute('nothing like it', 'files')).toBeUndefined();
  });
});

describe('Self-check', () => {
  const program = fileURLToPath(new URL('selfCheck/selfCheck.mjs', import.meta.url));
  const check = (bin) => run(process.execPath, [program, bin]);

  it('accepts the worker of these tests', async () => {
    const { MEDIASOUP_WORKER_BIN: bin } = process.env;
    expect(bin, 'MEDIASOUP_WORKER_BIN names the worker; npm test sets it').toBeDefined();
    expect(await check(bin)).toMatchObject({ code: 0, output: '' });
  });

  it('names the step at which a worker exited', async () => {
    const { code, output } = await check(await standIn('no worker', { code: 1 }));
    expect(code).toBe(1);
    expect(output).toMatch(/^The worker failed at starting: /);
  });
});
