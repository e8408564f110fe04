import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { run, start, stop } from './children.mjs';

describe('run', () => {
  it('resolves with the exit code and calls onLine for each line', async () => {
    const lines = [];
    const script = 'echo one; echo two >&2; exit 3';
    const result = await run('sh', ['-c', script], { onLine: (line) => lines.push(line) });
    expect(result).toMatchObject({ code: 3, isTimedOut: false });
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  it('resolves without a code when the program does not exist', async () => {
    expect(await run('no-such-program', [])).toMatchObject({ code: null });
  });

  it('stops the program at its timeout', async () => {
    expect(await run('sleep', ['1000'], { timeoutMs: 1 })).toMatchObject({ code: null, isTimedOut: true });
  });
});

describe('stop', () => {
  it('stops the children too, and kills a program that ignores the signal', async () => {
    // The child ignores the signal. The parent exits on it and leaves the child behind.
    const script = `trap '' TERM; sleep 1000 & trap 'exit 0' TERM; echo $!; wait`;
    const child = start('sh', ['-c', script]);
    await once(child.stdout, 'data');
    // Both keep stdout open, so it closes when the last of them has exited.
    const isClosed = once(child.stdout, 'close');
    child.stdout.resume();
    await stop(child);
    expect(child.exitCode).toBe(0);
    await isClosed;
  });
});
