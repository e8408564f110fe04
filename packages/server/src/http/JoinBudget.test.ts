import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { JoinBudget } from './JoinBudget.ts';

const alice = { roomId: 'r', peerId: 'alice' };

function budgetOf(perMinute: number) {
  const clock = new ManualClock();
  const budget = new JoinBudget({ perMinute, clock });
  /** Counts how many of `times` connections may enter, `everyMs` after each other. */
  const admitted = (times: number, everyMs: number, peer = alice) => {
    let count = 0;
    for (let time = 0; time < times; time += 1) {
      if (budget.take(peer)) count += 1;
      clock.advance(everyMs);
    }
    return count;
  };
  return { budget, clock, admitted };
}

describe('the budget of joins', () => {
  it('admits a peer that rejoins every two seconds without end', () => {
    const { admitted } = budgetOf(30);
    expect(admitted(1000, 2000)).toBe(1000);
  });

  it('admits 30 connections at once, refuses the next, and admits one more every two seconds', () => {
    const { admitted, clock } = budgetOf(30);
    expect(admitted(100, 0)).toBe(30);
    clock.advance(1999);
    expect(admitted(1, 0)).toBe(0);
    clock.advance(1);
    expect(admitted(2, 0)).toBe(1);
  });

  it('limits a peer that rejoins 425 times a second to 30 joins a minute', () => {
    const { admitted } = budgetOf(30);
    const minutes = 10;
    const times = minutes * 60 * 425;
    expect(admitted(times, 1000 / 425)).toBeLessThanOrEqual(30 * (minutes + 1));
  });

  it('counts each peer of each room separately', () => {
    const { admitted } = budgetOf(2);
    expect(admitted(5, 0)).toBe(2);
    expect(admitted(5, 0, { roomId: 'r', peerId: 'bob' })).toBe(2);
    expect(admitted(5, 0, { roomId: 'other', peerId: 'alice' })).toBe(2);
  });

  it('admits any number when the setting is 0', () => {
    const { admitted, budget } = budgetOf(0);
    expect(admitted(10_000, 0)).toBe(10_000);
    expect(budget.size).toBe(0);
  });

  it('drops a peer that has not connected for a minute', () => {
    const { admitted, budget, clock } = budgetOf(2);
    admitted(5, 0);
    clock.advance(59_999);
    admitted(1, 0, { roomId: 'r', peerId: 'bob' });
    expect(budget.size).toBe(2);
    clock.advance(1);
    admitted(1, 0, { roomId: 'r', peerId: 'carol' });
    expect(budget.size).toBe(2);
    expect(admitted(5, 0)).toBe(2);
  });

  it('keeps 10,000 peers at most, whatever number of IDs connects, and keeps the latest', () => {
    const { budget, admitted } = budgetOf(1);
    for (let n = 0; n < 50_000; n += 1) budget.take({ roomId: 'r', peerId: `p${String(n)}` });
    expect(budget.size).toBe(10_000);
    expect(admitted(1, 0, { roomId: 'r', peerId: 'p49999' })).toBe(0);
    expect(admitted(1, 0, { roomId: 'r', peerId: 'p40000' })).toBe(0);
    expect(admitted(1, 0, { roomId: 'r', peerId: 'p39999' })).toBe(1);
  });

  it('returns the seconds until the next connection may join', () => {
    expect(budgetOf(30).budget.retryAfterSec).toBe(2);
    expect(budgetOf(7).budget.retryAfterSec).toBe(9);
    expect(budgetOf(1000).budget.retryAfterSec).toBe(1);
  });
});
