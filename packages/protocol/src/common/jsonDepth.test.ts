import { describe, expect, it } from 'vitest';

import { clientAppData } from './clientAppData.ts';
import { isTooDeep } from './jsonDepth.ts';
import { parse } from './parse.ts';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('isTooDeep', () => {
  it.each([
    ['40 levels', nested(40), false],
    ['41 levels', nested(41), true],
    ['a million levels', nested(1_000_000), true],
    ['objects', '{"a":'.repeat(41) + '1' + '}'.repeat(41), true],
    ['many lists side by side', `[${Array(1000).fill('[[]]').join()}]`, false],
    ['brackets in a text', JSON.stringify({ a: '['.repeat(100), '{{{': '"[' }), false],
    ['a text that ends in a backslash', `["\\\\",${nested(41)}]`, true],
    ['a quotation mark in a text', `["\\"${'['.repeat(100)}"]`, false],
    ['an unterminated text', `["${'['.repeat(100)}`, false],
  ])('checks %s', (_, json, expected) => {
    expect(isTooDeep(json)).toBe(expected);
  });
});

describe('clientAppData', () => {
  const read = (json: string) => parse(clientAppData, JSON.parse(json));

  it.each([
    ['32 levels', `{"a":${nested(31)}}`, undefined],
    ['34 levels', `{"a":${nested(33)}}`, 'Expected at most 32 levels'],
    ['4,000 levels', `{"a":${nested(4000)}}`, 'Expected at most 32 levels'],
    ['400,000 levels', `{"a":${nested(400_000)}}`, 'Expected at most 32 levels'],
    ['8,192 bytes', JSON.stringify({ a: 'x'.repeat(8184) }), undefined],
    ['8,193 bytes', JSON.stringify({ a: 'x'.repeat(8185) }), 'Expected at most 8192 bytes'],
    ['8,193 bytes of other characters', JSON.stringify({ a: 'ž'.repeat(4093) }), 'Expected at most 8192 bytes'],
    [
      'a million fields',
      JSON.stringify(Array(1_000_000).fill(0)).replace(/^/, '{"a":').concat('}'),
      'Expected at most 8192 bytes',
    ],
  ])('checks %s', (_, json, message) => {
    expect(read(json)).toMatchObject(message === undefined ? { ok: true } : { ok: false, issue: { message } });
  });

  it('stops at the bound', () => {
    let looked = 0;
    const items = Array.from({ length: 100_000 }, () => ({
      toJSON: () => {
        looked += 1;
        return 0;
      },
    }));
    expect(parse(clientAppData, { items }).ok).toBe(false);
    expect(looked).toBeLessThan(3 * 8192);
  });
});
