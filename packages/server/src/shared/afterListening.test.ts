import { describe, expect, it } from 'vitest';
import { StallingClock } from '../testing/StallingClock.ts';
import { afterListening } from './afterListening.ts';

function open(ms: number) {
  const clock = new StallingClock();
  const stalls: number[] = [];
  let calls = 0;
  const cancel = afterListening({
    clock,
    ms,
    onOver: () => (calls += 1),
    onStall: (stalledMs) => stalls.push(stalledMs),
  });
  return { clock, stalls, cancel, calls: () => calls };
}

describe('afterListening', () => {
  it.each([1, 7, 500, 10_000])('fires once after %d ms while the loop runs', (ms) => {
    const { clock, stalls, calls } = open(ms);
    clock.advance(ms - 1);
    expect(calls()).toBe(0);
    clock.advance(1);
    expect(calls()).toBe(1);
    clock.advance(ms);
    expect([calls(), clock.pending, stalls]).toEqual([1, 0, []]);
  });

  it('fires at once for a time of 0', () => {
    const { clock, calls } = open(0);
    clock.advance(0);
    expect(calls()).toBe(1);
  });

  it('excludes a stall, however long and however near to the end', () => {
    const { clock, stalls, calls } = open(8000);
    clock.advance(7999);
    clock.stall(3_600_000);
    clock.advance(1);
    expect([calls(), stalls]).toEqual([0, [3_600_000]]);
    clock.advance(999);
    expect(calls()).toBe(0);
    clock.advance(1);
    expect(calls()).toBe(1);
  });

  it('accepts a timer that is a little late as a loop that runs', () => {
    const { clock, stalls, calls } = open(8000);
    clock.stall(1000);
    clock.advance(8000);
    expect([calls(), stalls]).toEqual([1, []]);
  });

  it('does not fire once canceled, also after a stall', () => {
    const { clock, cancel, calls } = open(8000);
    clock.advance(1500);
    clock.stall(60_000);
    clock.advance(1000);
    cancel();
    clock.advance(60_000);
    expect([calls(), clock.pending]).toEqual([0, 0]);
  });
});
