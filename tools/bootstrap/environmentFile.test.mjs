import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEnvironmentFile, readEnvironmentFile, writeEnvironmentFile } from './environmentFile.mjs';

let root;
let worker;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tureen-environment-'));
  worker = join(root, 'mediasoup-worker');
  await writeFile(worker, '');
});
afterEach(() => rm(root, { recursive: true }));

const found = (variables, dependencies = 'a') => ({ dependencies, pathFirst: [root], variables });

describe('.toolchain/environment.json', () => {
  it('returns what the set-up wrote, and undefined before any set-up', async () => {
    expect(readEnvironmentFile({ root })).toBeUndefined();
    const written = found({ MEDIASOUP_WORKER_BIN: worker, TUREEN_CHROMIUM: '' });
    await writeEnvironmentFile(written, { root });
    expect(readEnvironmentFile({ root })).toEqual(written);
  });

  it('keeps what an earlier set-up found for the same dependencies', async () => {
    await writeEnvironmentFile(found({ MEDIASOUP_WORKER_BIN: worker }), { root });
    await writeEnvironmentFile(found({ TUREEN_CHROMIUM: '' }), { root });
    expect(readEnvironmentFile({ root }).variables).toEqual({ MEDIASOUP_WORKER_BIN: worker, TUREEN_CHROMIUM: '' });
  });

  it('drops the worker of other dependencies', async () => {
    await writeEnvironmentFile(found({ MEDIASOUP_WORKER_BIN: worker }), { root });
    await writeEnvironmentFile(found({}, 'b'), { root });
    expect(readEnvironmentFile({ root }).variables).toEqual({});
  });

  it('leaves out a program that no longer exists', async () => {
    await writeEnvironmentFile(found({ MEDIASOUP_WORKER_BIN: worker }), { root });
    await rm(worker);
    expect(readEnvironmentFile({ root }).variables).toEqual({});
  });

  it('is ignored once its Node no longer exists', async () => {
    await writeEnvironmentFile({ ...found({}), pathFirst: [join(root, 'gone')] }, { root });
    expect(readEnvironmentFile({ root })).toBeUndefined();
  });
});

describe('applyEnvironmentFile', () => {
  it('sets the variables that the user did not set', async () => {
    await writeEnvironmentFile(found({ MEDIASOUP_WORKER_BIN: worker, TUREEN_CHROMIUM: '' }), { root });
    const env = { MEDIASOUP_WORKER_BIN: '/mine' };
    applyEnvironmentFile({ root, env });
    expect(env).toEqual({ MEDIASOUP_WORKER_BIN: '/mine', TUREEN_CHROMIUM: '' });
  });

  it('changes nothing before any set-up', () => {
    const env = {};
    applyEnvironmentFile({ root, env });
    expect(env).toEqual({});
  });
});
