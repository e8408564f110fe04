import { describe, expect, it } from 'vitest';
import { FairTurns } from './FairTurns.ts';

// The subject counts turns of the event loop.
// eslint-disable-next-line no-restricted-syntax
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('FairTurns', () => {
  it('starts a few pieces at once, and the others a few in each later turn', async () => {
    const turns = new FairTurns(2);
    const started: number[] = [];
    const all = [1, 2, 3, 4, 5].map((n) =>
      turns.run(turns, async () => {
        started.push(n);
        return n;
      }),
    );
    expect(started).toEqual([1, 2]);
    await nextTurn();
    expect(started).toEqual([1, 2, 3, 4]);
    await nextTurn();
    expect(started).toEqual([1, 2, 3, 4, 5]);
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5]);
  });

  it('serves an owner with few pieces before one with many', async () => {
    const turns = new FairTurns(1);
    const [many, few] = [{}, {}];
    const started: string[] = [];
    const run = (owner: object, name: string) =>
      turns.run(owner, async () => {
        started.push(name);
      });
    await Promise.all([run(many, 'a'), run(many, 'b'), run(many, 'c'), run(few, 'x'), run(many, 'd')]);
    expect(started).toEqual(['a', 'b', 'x', 'c', 'd']);
  });

  it('rejects with the error of the piece, and starts the next one', async () => {
    const turns = new FairTurns(1);
    const fail = () => Promise.reject(new Error('no'));
    const outcomes = await Promise.allSettled([
      turns.run(turns, fail),
      turns.run(turns, fail),
      turns.run(turns, async () => 'yes'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
