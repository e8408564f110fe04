import { expect, it, vi } from 'vitest';

import { Tally } from './Tally.ts';

it('is complete when every due notification arrived once, and not with fewer or more', () => {
  const onComplete = vi.fn();
  const tally = new Tally(onComplete);
  tally.addDue('newPeer', 2);
  tally.addReceived('newPeer');
  expect([tally.isComplete, onComplete.mock.calls.length]).toEqual([false, 0]);
  tally.addReceived('newPeer');
  expect([tally.isComplete, onComplete.mock.calls.length]).toEqual([true, 1]);
  tally.addReceived('newPeer');
  expect([tally.isComplete, tally.received('newPeer'), tally.due('newPeer')]).toEqual([false, 3, 2]);
});
