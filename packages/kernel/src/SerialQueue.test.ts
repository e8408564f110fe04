import { describe, expect, it } from 'vitest';
import { SerialQueue } from './SerialQueue.ts';

describe('SerialQueue', () => {
  it('runs one task at a time, in order, and continues after a failed task', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const middle = Promise.resolve();
    const task = (name: string, fails = false) =>
      queue.run(async () => {
        log.push(`${name} begins`);
        await middle;
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([task('a'), task('b', true), task('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('rejects with what a task throws synchronously', async () => {
    const queue = new SerialQueue();
    await expect(
      queue.run(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
  });
});
