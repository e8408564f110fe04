import { describe, expect, it } from 'vitest';
import { charactersBySource } from './sourceMap.mjs';

describe('charactersBySource', () => {
  it('assigns each character to the last segment before it', () => {
    // Column 2 of line 1 begins b.js, column 5 begins a.js, column 0 of line 2 begins b.js.
    const map = { sources: ['a.js', 'b.js'], mappings: 'AAAA,ECAA,GDAA;ACAA' };

    const counts = charactersBySource({ code: 'aabbba\nbb', map });

    expect([...counts]).toEqual([
      ['a.js', 3],
      ['b.js', 5],
    ]);
  });

  it('counts characters without a source apart', () => {
    const map = { sources: ['a.js'], mappings: 'GAAA,C' };

    expect([...charactersBySource({ code: 'xxxayy', map })]).toEqual([
      [null, 5],
      ['a.js', 1],
    ]);
  });
});
