import { describe, expect, it } from 'vitest';
import { hasTooManyFields, MAX_FIELDS } from './fieldCount.ts';

const objectOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${String(n)}`, 1]));

describe('hasTooManyFields', () => {
  it.each([
    ['at the top', (count: number) => objectOf(count)],
    ['inside', (count: number) => ({ data: [{ appData: objectOf(count) }], more: 1 })],
    ['beside a small one', (count: number) => [objectOf(3), objectOf(count), objectOf(3)]],
    ['with texts full of marks', (count: number) => ({ text: '{"a":1,\\"b\\":[}', data: objectOf(count - 1), c: {} })],
  ])('returns false at the limit, and true beyond: %s', (_where, make) => {
    const most = _where.startsWith('with') ? MAX_FIELDS + 1 : MAX_FIELDS;
    expect(hasTooManyFields(JSON.stringify(make(most)))).toBe(false);
    expect(hasTooManyFields(JSON.stringify(make(most + 1)))).toBe(true);
  });

  it('counts no items of lists, no colons in texts, and each object separately', () => {
    const many = Array.from({ length: 5000 }, () => ({ a: 1, b: ':' }));
    expect(hasTooManyFields(JSON.stringify(many))).toBe(false);
    expect(hasTooManyFields(JSON.stringify({ text: ':'.repeat(50_000) }))).toBe(false);
    expect(hasTooManyFields(JSON.stringify({ text: '"\\'.repeat(20_000) }))).toBe(false);
  });
});
