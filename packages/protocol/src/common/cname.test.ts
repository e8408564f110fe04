import { describe, expect, test } from 'vitest';
import { isCname, randomCname } from './cname.ts';

describe('randomCname', () => {
  test('returns a different SDP token of 16 base64 characters each time', () => {
    const made = Array.from({ length: 2000 }, randomCname);
    for (const cname of made) {
      expect(cname).toMatch(/^[A-Za-z0-9+]{16}$/);
      expect(isCname(cname)).toBe(true);
    }
    expect(new Set(made).size).toBe(made.length);
  });
});

describe('isCname', () => {
  test.each([
    ['of Chromium', 'r67P1V5B65/se1Z+'],
    ['of Firefox', '{4aeec155-ca93-4e32-a0c7-0bb809093c12}'],
    ['of one character', 'a'],
    ['of the maximum length in RTCP', 'a'.repeat(255)],
  ])('accepts a CNAME %s', (_, cname) => {
    expect(isCname(cname)).toBe(true);
  });

  test.each([
    ['none', undefined],
    ['null', null],
    ['empty text', ''],
    ['a space', 'my camera'],
    ['a line break', 'a\r\na=mid:9'],
    ['a trailing line break', 'abc\n'],
    ['a tab', 'a\tb'],
    ['a control character', 'a\u0000b'],
    ['DEL', 'a\u007fb'],
    ['a character outside ASCII', 'Zoë'],
    ['256 characters', 'a'.repeat(256)],
    ['a number', 7],
    ['a list', ['a']],
  ])('refuses %s', (_, cname) => {
    expect(isCname(cname)).toBe(false);
  });
});
