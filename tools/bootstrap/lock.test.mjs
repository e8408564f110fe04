import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.mjs';
import { digestOf, readStamp, writeStamp } from './stamp.mjs';

let folder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tureen-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('withLock', () => {
  it('makes the second caller wait, reports the holder, and removes the file afterwards', async () => {
    const path = join(folder, 'deep', 'lock');
    const order = [];
    const inside = Promise.withResolvers();
    const letGo = Promise.withResolvers();
    const first = withLock(path, async () => {
      order.push('first in');
      inside.resolve();
      await letGo.promise;
      order.push('first out');
    });
    await inside.promise;
    const second = withLock(path, async () => order.push('second'), {
      onWait: (pid) => {
        order.push(`waiting for ${pid}`);
        letGo.resolve();
      },
    });
    await Promise.all([first, second]);
    expect(order).toEqual(['first in', `waiting for ${process.pid}`, 'first out', 'second']);
    expect(existsSync(path)).toBe(false);
  });

  it('releases the lock when the work throws', async () => {
    const path = join(folder, 'lock');
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(path, async () => 'mine')).toBe('mine');
  });

  it('takes the lock of a process that no longer runs', async () => {
    const path = join(folder, 'lock');
    const { pid } = spawnSync('true');
    await writeFile(path, `${pid} ${hostname()}\n`);
    expect(await withLock(path, () => readFile(path, 'utf8'))).toBe(`${process.pid} ${hostname()}\n`);
  });
});

describe('a stamp', () => {
  it('reads what was written, and undefined where the file is missing or broken', async () => {
    const path = join(folder, 'deep', 'stamp.json');
    expect(await readStamp(path)).toBeUndefined();
    await writeStamp(path, { digest: 'abc' });
    expect(await readStamp(path)).toEqual({ digest: 'abc' });
    await writeFile(path, '{"dig');
    expect(await readStamp(path)).toBeUndefined();
  });

  it('computes a digest that depends on names and content, not on order', () => {
    expect(digestOf({ a: '1', b: '2' })).toBe(digestOf({ b: '2', a: '1' }));
    expect(digestOf({ a: '1', b: '2' })).not.toBe(digestOf({ a: '2', b: '1' }));
    expect(digestOf({ a: '12' })).not.toBe(digestOf({ a: '1', 2: '' }));
  });
});
