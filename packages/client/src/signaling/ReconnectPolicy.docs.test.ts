import { describe, expect, it } from 'vitest';
import { pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';
import { defaultReconnectPolicy } from './ReconnectPolicy.ts';

const range = (attempt: number) =>
  [0, 1]
    .map((random) => defaultReconnectPolicy(() => random)({ attempt, elapsedMs: 0, sinceLastSuccessMs: 0 }))
    .join(' to ');

describe('docs/reconnect.md', () => {
  it('states the delays of the default policy', () => {
    const rows = rowsOf(sectionOf(pageOf('docs/reconnect.md'), 'When the room tries'));
    expect(rows).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((attempt) => [String(attempt), range(attempt)]),
      ['7 and on', range(7)],
    ]);
    for (const attempt of [8, 100, 1e6]) expect(range(attempt)).toBe(range(7));
  });
});
