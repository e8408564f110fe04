import { describe, expect, it, vi } from 'vitest';
import { expectUnchanged } from './expectUnchanged.ts';
import { whenCalled } from './whenCalled.ts';

describe('whenCalled()', () => {
  it('resolves at the last expected call, and keeps the return value of the mock', async () => {
    const mock = vi.fn(() => 'usual').mockReturnValueOnce('once');
    let isDone = false;
    const done = whenCalled(mock, 2).then(() => (isDone = true));
    expect(mock()).toBe('once');
    await expectUnchanged(() => isDone, false);
    expect(mock()).toBe('usual');
    await done;
    expect(mock.mock.calls).toEqual([[], []]);
  });

  it('resolves several waits for one mock, each after its number of calls', async () => {
    const mock = vi.fn();
    const waits = Promise.all([whenCalled(mock, 2), whenCalled(mock), whenCalled(mock, 2)]);
    mock('a');
    expect(mock.mock.calls).toEqual([['a']]);
    mock('b');
    await waits;
    expect(mock.mock.calls).toEqual([['a'], ['b']]);
  });

  it('makes an extra call fail the test', async () => {
    const mock = vi.fn();
    const done = whenCalled(mock);
    mock();
    setImmediate(() => {
      mock();
    });
    await done;
    expect(mock).toHaveBeenCalledTimes(2);
  });

  it('resolves immediately for earlier calls', async () => {
    const mock = vi.fn();
    mock();
    await whenCalled(mock);
    expect(mock).toHaveBeenCalledOnce();
  });
});
