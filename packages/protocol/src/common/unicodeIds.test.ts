import { describe, expect, it } from 'vitest';

import { readId } from './ids.ts';

const refusal = 'Expected no control, bidi or zero-width characters';

/** Valid IDs by class of Unicode. */
const fine: readonly [string, readonly string[]][] = [
  [
    'letters of many scripts',
    ['Jane Doe', 'Žofie', '小明', 'Ωμέγα', 'Юлия', 'أحمد', 'שרה', 'देवी', 'ขวัญ', '김민준', 'ß', 'ſ', 'ʼn'],
  ],
  ['marks', ['e\u0328', 'ก\u0e31', 'n\u034f', '❤\ufe0f', '\u0301']],
  ['numbers', ['42', '٤٢', 'Ⅷ', '½', '²']],
  ['punctuation', ["O'Brien", 'a/b?c=d&e#f', '<b>"\\%00', '..', '-', '_', '«»', '、', '¿?']],
  ['symbols and emoji', ['€', '∑', '👩🏽', '🇨🇿', '™', '\ufffd']],
  ['inner spaces', ['a b', 'a\u00a0b', 'a\u2003b', 'a\u3000b', 'a\u2028b', 'a\u2029b']],
  ['astral and private', ['𝒜', '𠮷野家', '\ue000', '\u{10fffd}']],
];

const unseen: readonly [string, readonly number[]][] = [
  ['control characters', [0x00, 0x01, 0x07, 0x09, 0x0a, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9f]],
  ['bidi controls', [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069]],
  ['zero-width characters', [0x00ad, 0x200b, 0x200c, 0x200d, 0x2060, 0x2063, 0xfeff, 0xe0001, 0xe0067]],
  ['halves of a pair', [0xd800, 0xdbff, 0xdc00, 0xdfff]],
];

describe('readId', () => {
  it.each(fine)('accepts %s', (_, ids) => {
    for (const id of ids) expect(readId(id), id).toEqual({ ok: true, value: id.normalize('NFC') });
  });

  it.each(unseen)('refuses %s', (_, codes) => {
    for (const code of codes)
      expect(readId(`a${String.fromCodePoint(code)}b`), code.toString(16)).toEqual({
        ok: false,
        issue: { path: '', message: refusal },
      });
  });

  it('reads every equivalent normalization form as the same ID', () => {
    for (const id of ['café', 'Žofie', '각', 'Å']) {
      const forms = ['NFC', 'NFD'].map((form) => readId(id.normalize(form)));
      expect(forms[0]).toEqual(forms[1]);
    }
    // Compatibility forms such as ligatures are other characters, and other IDs.
    expect(readId('ﬁ')).toEqual({ ok: true, value: 'ﬁ' });
  });

  it('trims an ID, including spaces that normalization produces', () => {
    for (const id of [' a ', '\ta\n', '\u00a0a\u3000', '\ufeffa', '\u2028a', '\u2000a\u2001'])
      expect(readId(id), JSON.stringify(id)).toEqual({ ok: true, value: 'a' });
    for (const id of ['', ' ', '\t\r\n', '\u00a0\u2003\u3000', '\ufeff']) expect(readId(id).ok).toBe(false);
  });

  it('accepts 1 to 128 characters of any encoded length', () => {
    for (const character of ['x', 'ž', '小', '𝒜', 'e\u0301']) {
      expect(readId(character.repeat(128)).ok, character).toBe(true);
      expect(readId(character.repeat(129)), character).toMatchObject({
        issue: { message: expect.stringContaining('Expected at most') as string },
      });
    }
    expect(readId('x'.repeat(1_000_000)).ok).toBe(false);
  });
});
