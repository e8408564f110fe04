import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { run, start, stop } from './children.mjs';

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
    const script = `trap '' TERM; sleep 1000 & trap 'exit 0' TERM; echo $!; wait`;
    const child = start('sh', ['-c', script]);
    await once(child.stdout, 'data');
    // Both hold it: it closes when the last of them is gone.
    const isClosed = once(child.stdout, 'close');
    child.stdout.resume();
    await stop(child);
    expect(child.exitCode).toBe(0);
    await isClosed;
  });
});
