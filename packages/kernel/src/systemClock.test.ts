import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './systemClock.ts';

const DAY_MS = 86_400_000;

describe('systemClock.after()', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([0, 1000, 24 * DAY_MS, 25 * DAY_MS, 60 * DAY_MS])('calls once after %i ms and not earlier', (ms) => {
    let calls = 0;
    systemClock.after(ms, () => (calls += 1));
    vi.advanceTimersByTime(Math.max(0, ms - 1));
    expect(calls).toBe(ms === 0 ? 1 : 0);
    vi.advanceTimersByTime(1);
    expect(calls).toBe(1);
    vi.advanceTimersByTime(100 * DAY_MS);
    expect(calls).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([Infinity, 1e12])('does not call within 400 days for %s ms, and leaves no timer when canceled', (ms) => {
    let calls = 0;
    const cancel = systemClock.after(ms, () => (calls += 1));
    vi.advanceTimersByTime(400 * DAY_MS);
    expect(calls).toBe(0);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });
});
