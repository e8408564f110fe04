import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RELEASE_FILE, faultOfRelease } from '../bootstrap/release.mjs';
import { temporaryFolder } from '../packing/tarballs.mjs';
import { findPreviousRelease } from './previousRelease.mjs';

const env = process.env;
const commit = 'a'.repeat(40);
const release = { version: '0.2.0', tag: 'v0.2.0', commit };

async function writeJson(path, value) {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, JSON.stringify(value));
}

/** A clone whose `tools/previous-release.json` names `release`, on mediasoup 3.1.0. */
async function makeClone() {
  const root = await temporaryFolder('clone');
  await writeJson(join(root, 'tools/previous-release.json'), release);
  await writeJson(join(root, 'packages/server/node_modules/mediasoup/package.json'), { version: '3.1.0' });
  return root;
}

/** A prepared release, on mediasoup 3.1.0. */
async function makePrepared({ worker = null, mediasoup = '3.1.0', ...change } = {}) {
  const folder = await temporaryFolder('release');
  await writeJson(join(folder, RELEASE_FILE), { ...release, worker, ...change });
  await writeJson(join(folder, 'app/node_modules/mediasoup/package.json'), { version: mediasoup });
  return folder;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('faultOfRelease', () => {
  it('accepts the named release on the same mediasoup', async () => {
    expect(await faultOfRelease(await makePrepared(), await makeClone())).toBeUndefined();
  });

  it('accepts a release on another mediasoup with a worker', async () => {
    const worker = join(await temporaryFolder('worker'), 'mediasoup-worker');
    await writeFile(worker, '');

    expect(await faultOfRelease(await makePrepared({ mediasoup: '3.0.0', worker }), await makeClone())).toBeUndefined();
  });

  it.each([
    [
      'another release',
      { tag: 'v0.1.0', commit: 'b'.repeat(40) },
      /^is release v0\.1\.0 \(b+\), but .* names v0\.2\.0/,
    ],
    ['a release on another mediasoup', { mediasoup: '3.0.0' }, /^needs a worker of mediasoup 3\.0\.0$/],
    ['a release whose worker is gone', { worker: '/nowhere/worker' }, /^needs the worker \/nowhere\/worker, which/],
  ])('rejects %s', async (_, change, expected) => {
    expect(await faultOfRelease(await makePrepared(change), await makeClone())).toMatch(expected);
  });

  it('rejects a folder without a release', async () => {
    expect(await faultOfRelease(await temporaryFolder('empty'), await makeClone())).toBe('has no release.json');
  });
});

describe('findPreviousRelease', () => {
  it('takes the release of TUREEN_PREVIOUS_RELEASE', async () => {
    const folder = await makePrepared();
    vi.stubEnv('TUREEN_PREVIOUS_RELEASE', folder);

    expect(await findPreviousRelease({ root: await makeClone(), env })).toEqual({
      env: { TUREEN_PREVIOUS_RELEASE: folder },
    });
  });

  it('rejects a TUREEN_PREVIOUS_RELEASE with another release', async () => {
    const folder = await makePrepared({ tag: 'v0.1.0', commit: 'b'.repeat(40) });
    vi.stubEnv('TUREEN_PREVIOUS_RELEASE', folder);

    await expect(findPreviousRelease({ root: await makeClone(), env })).rejects.toThrow(
      `${folder}, which is release v0.1.0`,
    );
  });
});

describe('tools/previous-release.json', () => {
  it('names a version, its tag and a commit', async () => {
    const named = JSON.parse(await readFile(new URL('../previous-release.json', import.meta.url), 'utf8'));

    expect(named.tag).toBe(`v${named.version}`);
    expect(named.commit).toMatch(/^[0-9a-f]{40}$/);
  });
});
