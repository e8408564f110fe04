import { describe, expect, it } from 'vitest';
import { hueOf, initials, randomPeerId, randomRoomId } from './names.ts';

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['  Grace   Brewster Hopper ', 'GH'],
    ['jean-luc', 'JL'],
    ['żaneta', 'Ż'],
    ['👩‍🚀 Sally', '👩‍🚀S'],
    ['山田 太郎', '山太'],
    ['', '?'],
    ['...', '?'],
  ])('returns the initials of %j: %j', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

describe('hueOf', () => {
  it('is stable for an ID and between 0 and 359', () => {
    expect(hueOf('alice')).toBe(hueOf('alice'));
    for (const id of ['', 'alice', 'bob', 'x'.repeat(128)]) {
      expect(hueOf(id)).toBeGreaterThanOrEqual(0);
      expect(hueOf(id)).toBeLessThan(360);
    }
  });
});

describe('random IDs', () => {
  it('differ and need no encoding in a URL', () => {
    const ids = new Set(Array.from({ length: 50 }, randomPeerId));
    expect(ids.size).toBe(50);
    expect(randomRoomId()).toMatch(/^[a-z]+-[a-z]+-[a-z0-9]{4}$/);
  });
});
