import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../bootstrap/paths.mjs';
import { createProgress } from '../bootstrap/progress.mjs';
import { CachedWorker } from '../mediasoup-worker/cache.mjs';
import { findMediasoup2Worker, mediasoup2Package, mediasoup2Starts } from './worker.mjs';

let folder;
const { TUREEN_MEDIASOUP2_WORKER: given, XDG_CACHE_HOME: cacheHome } = process.env;
const progress = createProgress({ stream: { write: () => true } });
const context = { root: ROOT, env: process.env, progress };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tureen-mediasoup2-'));
  delete process.env.TUREEN_MEDIASOUP2_WORKER;
  process.env.XDG_CACHE_HOME = folder;
});
afterEach(async () => {
  for (const [name, value] of Object.entries({ TUREEN_MEDIASOUP2_WORKER: given, XDG_CACHE_HOME: cacheHome }))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await rm(folder, { recursive: true, force: true });
});

/** Program that exits like a worker of mediasoup 2 that a person starts. */
async function standIn({ says = "ERROR: you don't seem to be my real father" } = {}) {
  const path = join(folder, 'stand-in');
  await writeFile(path, `#!/bin/sh\necho "${says}" >&2\nexit 1\n`);
  await chmod(path, 0o755);
  return path;
}

describe('Worker of mediasoup 2', () => {
  it('has its source in the tests’ package where the recipe expects it', async () => {
    const { folder: source, version } = mediasoup2Package(ROOT);
    expect(version).toBe('2.6.19');
    const project = await readFile(join(source, 'worker', 'mediasoup-worker.gyp'), 'utf8');
    expect(project).toContain("'target_name': 'mediasoup-worker'");
    for (const name of ['openssl', 'libuv', 'libsrtp', 'jsoncpp', 'netstring'])
      expect(existsSync(join(source, 'worker', 'deps', name)), name).toBe(true);
  });

  it('is recognized by its output when started by hand', async () => {
    expect(await mediasoup2Starts(await standIn())).toBe(true);
    expect(await mediasoup2Starts(await standIn({ says: 'not found' }))).toBe(false);
    expect(await mediasoup2Starts(join(folder, 'nothing'))).toBe(false);
  });

  it('is built if the cache has none, and then found there separately from the worker of mediasoup 3', async () => {
    const found = await findMediasoup2Worker(context);
    expect(found.env).toBeUndefined();
    expect(found.missing.why).toBe('to build the worker of mediasoup 2');
    expect(found.make).toBeTypeOf('function');

    const key = 'any';
    const kind = { name: 'mediasoup-2-worker', recipe: 1, starts: mediasoup2Starts };
    const place = new CachedWorker(folder, key, kind);
    await place.publish(await standIn(), { origin: 'source', mediasoupVersion: '2.6.19' });
    expect(await place.find()).toBe(join(folder, 'mediasoup-2-worker', key, 'mediasoup-worker'));
    expect(await new CachedWorker(folder, key).find()).toBeUndefined();
    expect(await new CachedWorker(folder, key, { ...kind, recipe: 2 }).find()).toBeUndefined();
  });

  it('is the worker that the user names, if that worker starts', async () => {
    process.env.TUREEN_MEDIASOUP2_WORKER = await standIn();
    expect(await findMediasoup2Worker(context)).toEqual({
      env: { TUREEN_MEDIASOUP2_WORKER: process.env.TUREEN_MEDIASOUP2_WORKER },
    });
    process.env.TUREEN_MEDIASOUP2_WORKER = join(folder, 'nothing');
    await expect(findMediasoup2Worker(context)).rejects.toThrow(
      'is not a worker of mediasoup 2 that starts on this machine',
    );
  });
});
