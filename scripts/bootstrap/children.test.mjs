import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { run, start, stop } from './children.mjs';

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('running a program', () => {
  it('gives its code and what it wrote, line by line', async () => {
    const lines = [];
    const script = 'echo one; echo two >&2; exit 3';
    const result = await run('sh', ['-c', script], { onLine: (line) => lines.push(line) });
    expect(result).toMatchObject({ code: 3, isTimedOut: false });
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  it('has no code when there is no such program', async () => {
    expect(await run('no-such-program', [])).toMatchObject({ code: null });
  });

  it('ends it when its time is over', async () => {
    expect(await run('sleep', ['1000'], { timeoutMs: 1 })).toMatchObject({ code: null, isTimedOut: true });
  });
});

describe('stopping a program', () => {
  it('ends what it started too, and what will not hear', async () => {
    // The child ignores the request, the parent ends at it and leaves the child behind.
    const script = `trap '' TERM; sleep 1000 & echo $!; trap 'exit 0' TERM; wait`;
    const child = start('sh', ['-c', script]);
    const [line] = await once(child.stdout, 'data');
    const grandchild = Number(line.toString());
    expect(isAlive(grandchild)).toBe(true);
    await stop(child);
    expect(child.exitCode).toBe(0);
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });
});
