import { expect, it } from 'vitest';

import { Census } from './Census.ts';
import { collectUntil } from './memory.ts';

it('counts each object once, and separately while alive', async () => {
  const census = new Census();
  const held = { name: 'held' };
  census.watch('Thing', held);
  census.watch('Thing', held);
  census.watch('Thing', { name: 'let go' });
  expect(census.born).toEqual({ Thing: 2 });
  await collectUntil(() => census.aliveCount === 1);
  expect(census.alive).toEqual({ Thing: 1 });
  expect(held.name).toBe('held');
});
