import { expect } from 'vitest';
import { flushMicrotasks } from './flushMicrotasks.ts';

/**
 * Asserts that nothing happens: `read()` equals `expected` now, and still does after all pending promises and microtasks have run. Rejects
 * if `read()` reaches `expected` only in the meantime, so the function cannot replace a wait.
 */
export async function expectUnchanged<T>(read: () => T, expected: unknown): Promise<void> {
  expect(read(), 'before pending microtasks run').toEqual(expected);
  await flushMicrotasks();
  expect(read(), 'after pending microtasks ran').toEqual(expected);
}
