import { describe, expect, it } from 'vitest';
import { problemsOf, sharesOf } from './shares.mjs';

const reasons = [
  { path: 'src/room', reason: 'the room' },
  { path: 'src/room/local', reason: 'producers' },
  { path: 'sdp', reason: 'SDP' },
];

describe('sharesOf', () => {
  it('divides the total in proportion to the minified bytes, largest first', () => {
    const sources = new Map([
      ['src/room/Room.ts', 100],
      ['src/room/local/Producer.ts', 200],
      ['src/room/local/Track.ts', 100],
      [null, 100],
    ]);

    const { rows, unexplained } = sharesOf({ total: 50, sources, reasons });

    expect(rows.map(({ path, share }) => [path, share])).toEqual([
      ['src/room/local', 30],
      ['src/room', 10],
      ['(bundler)', 10],
    ]);
    expect(unexplained).toEqual([]);
  });

  it('reports a module without a row', () => {
    const sources = new Map([['sdp-transform/lib/parser.js', 10]]);

    expect(sharesOf({ total: 5, sources, reasons }).unexplained).toEqual(['sdp-transform/lib/parser.js']);
  });
});

describe('problemsOf', () => {
  it('reports a module without a row once, and a row without a module', () => {
    const bundles = [
      { rows: [{ path: 'src/room' }], unexplained: ['other.ts'] },
      { rows: [{ path: 'src/room' }, { path: 'sdp' }], unexplained: ['other.ts'] },
    ];

    expect(problemsOf({ bundles, reasons })).toEqual([
      'no row explains other.ts',
      'the row src/room/local explains no module',
    ]);
  });
});
