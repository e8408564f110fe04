import { startServer } from '@tureen/server';
import { describe, expect, it } from 'vitest';

import { compare } from './compare.ts';
import { consumers, joins, notifications, standing } from './scenarios.ts';

describe('scenarios of bench:throughput', () => {
  it('count their units on a real server', async () => {
    const server = await startServer({ port: 0, workers: 1, logLevel: 'silent' });
    const counted: number[] = [];
    for (const scenario of [consumers(4), joins(3, 2), notifications(4, 3), standing(4, 2)]) {
      const { work, end } = await scenario(server.url.replace(/^http/, 'ws'));
      counted.push(await work());
      await end();
    }
    await server.close();
    expect(counted).toEqual([24, 6, 18, 4]);
  });
});

describe('compare', () => {
  const pairs = [0.9, 1.5, 1.6, 1.4, 3].map((ratio, index) => ({ earlier: 100 + index, here: (100 + index) * ratio }));

  it('judges by the median of the ratios of the pairs', () => {
    expect(compare({ name: '', sense: 'least', bound: 1.45 }, pairs)).toMatchObject({ ratio: 1.5, isWithin: true });
    expect(compare({ name: '', sense: 'least', bound: 1.51 }, pairs).isWithin).toBe(false);
    expect(compare({ name: '', sense: 'most', bound: 1.45 }, pairs).isWithin).toBe(false);
  });

  it('returns the quartiles of the ratios', () => {
    expect(compare({ name: '', sense: 'most', bound: 1 }, pairs).quartiles).toEqual([1.4, 1.6]);
  });
});
