import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { passUntil } from './roomWorld.ts';

describe('passUntil()', () => {
  it('resolves with the simulated time that the work took', async () => {
    const clock = new ManualClock();
    const work = new Promise<void>((resolve) => {
      clock.after(30, () => {
        clock.after(12, resolve);
      });
    });
    expect(await passUntil(clock, work)).toBe(42);
  });

  it('rejects when the work rejects', async () => {
    await expect(passUntil(new ManualClock(), Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });
});
