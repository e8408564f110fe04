import { describe, expect, it } from 'vitest';
import { expectUnchanged } from './expectUnchanged.ts';

describe('expectUnchanged()', () => {
  it('resolves if the value stays as expected', async () => {
    await expect(expectUnchanged(() => ['a'], ['a'])).resolves.toBeUndefined();
  });

  it('rejects if the value changes in a pending microtask', async () => {
    const items: string[] = [];
    void Promise.resolve().then(() => items.push('late'));
    await expect(expectUnchanged(() => [...items], [])).rejects.toThrow('after pending microtasks ran');
  });

  it('rejects if the value becomes as expected only in a pending microtask', async () => {
    const items: string[] = [];
    void Promise.resolve().then(() => items.push('late'));
    await expect(expectUnchanged(() => [...items], ['late'])).rejects.toThrow('before pending microtasks run');
  });
});
