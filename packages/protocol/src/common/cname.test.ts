import { expect, test } from 'vitest';
import { isCname, randomCname } from './cname.ts';

test('randomCname makes 16 base64 characters that are an SDP token, a different one each time', () => {
  const made = Array.from({ length: 2000 }, randomCname);
  for (const cname of made) {
    expect(cname).toMatch(/^[A-Za-z0-9+]{16}$/);
    expect(isCname(cname)).toBe(true);
  }
  expect(new Set(made).size).toBe(made.length);
});

test.each([
  ['of Chromium', 'r67P1V5B65/se1Z+'],
  ['of Firefox', '{4aeec155-ca93-4e32-a0c7-0bb809093c12}'],
  ['of one character', 'a'],
  ['as long as RTCP can say', 'a'.repeat(255)],
])('isCname accepts a CNAME %s', (_, cname) => {
  expect(isCname(cname)).toBe(true);
});

test.each([
  ['none', undefined],
  ['null', null],
  ['empty text', ''],
  ['a space', 'my camera'],
  ['a line break', 'a\r\na=mid:9'],
  ['a line break at its end', 'abc\n'],
  ['a tab', 'a\tb'],
  ['a control character', 'a\u0000b'],
  ['DEL', 'a\u007fb'],
  ['more than ASCII', 'Zoë'],
  ['256 characters', 'a'.repeat(256)],
  ['a number', 7],
  ['a list', ['a']],
])('isCname refuses %s', (_, cname) => {
  expect(isCname(cname)).toBe(false);
});
