import { describe, expect, it } from 'vitest';
import { ManualClock } from './ManualClock.ts';

describe('ManualClock', () => {
  it('calls timers in the order of their times, at their times', () => {
    const clock = new ManualClock();
    const calls: string[] = [];
    clock.after(20, () => calls.push(`b at ${String(clock.now())}`));
    clock.after(10, () => {
      calls.push(`a at ${String(clock.now())}`);
      clock.after(5, () => calls.push(`c at ${String(clock.now())}`));
    });
    clock.advance(30);
    expect(calls).toEqual(['a at 10', 'c at 15', 'b at 20']);
    expect(clock.now()).toBe(30);
  });

  it('counts pending timers and reports the time until the next timer', () => {
    const clock = new ManualClock();
    expect([clock.pending, clock.nextIn]).toEqual([0, null]);
    const cancel = clock.after(10, () => {});
    clock.after(30, () => {});
    clock.advance(4);
    expect([clock.pending, clock.nextIn]).toEqual([2, 6]);
    cancel();
    expect([clock.pending, clock.nextIn]).toEqual([1, 26]);
  });
});
