import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

it.each([Infinity, 1e12])('waits for %s ms instead of none', (ms) => {
  vi.useFakeTimers();
  const fn = vi.fn();
  systemClock.after(ms, fn);
  vi.advanceTimersByTime(2 ** 31 - 2);
  expect(fn).not.toHaveBeenCalled();
});
