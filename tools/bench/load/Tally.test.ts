import { expect, it, vi } from 'vitest';

import { Tally } from './Tally.ts';

it('is even when every due notification arrived once, and not with fewer or more', () => {
  const onEven = vi.fn();
  const tally = new Tally(onEven);
  tally.owe('newPeer', 2);
  tally.tell('newPeer');
  expect([tally.isEven, onEven.mock.calls.length]).toEqual([false, 0]);
  tally.tell('newPeer');
  expect([tally.isEven, onEven.mock.calls.length]).toEqual([true, 1]);
  tally.tell('newPeer');
  expect([tally.isEven, tally.told('newPeer'), tally.owed('newPeer')]).toEqual([false, 3, 2]);
});
