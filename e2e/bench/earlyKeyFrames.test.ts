import { describe, expect, it } from 'vitest';
import { earlyKeyFramesSince, earlyKeyFramesText } from './earlyKeyFrames.ts';
import type { Sample } from './Report.ts';

const turn = (pictureMs: number, used: number, missed: number): Sample => ({
  pictureMs,
  trips: 0,
  earlyKeyFrames: { requested: used + missed, used, missed },
});

describe('earlyKeyFramesSince', () => {
  it('counts the key frames of one turn', () => {
    const before = { requested: 3, used: 2, missed: 1 };
    const now = { requested: 5, used: 3, missed: 2 };

    expect(earlyKeyFramesSince(before, now)).toEqual({ requested: 2, used: 1, missed: 1 });
  });
});

describe('earlyKeyFramesText', () => {
  it('compares turns that missed a key frame with turns that used all', () => {
    const samples = [turn(600, 1, 0), turn(620, 1, 0), turn(900, 0, 1)];

    expect(earlyKeyFramesText(samples)).toBe(
      '3 requested, 2 used, 1 missed; first frame with a missed one 900 ms, without 610 ms: 290 ms more',
    );
  });

  it('leaves out turns without an early key frame', () => {
    const samples = [turn(600, 1, 0), turn(5000, 0, 0), turn(900, 0, 1)];

    expect(earlyKeyFramesText(samples)).toContain('without 600 ms');
  });

  it('reports no cost where no turn missed a key frame', () => {
    expect(earlyKeyFramesText([turn(600, 1, 0), turn(620, 1, 0)])).toBe('2 requested, 2 used, none missed');
  });

  it('reports no comparison where every turn missed a key frame', () => {
    expect(earlyKeyFramesText([turn(900, 24, 1)])).toBe(
      '25 requested, 24 used, 1 missed; first frame with a missed one 900 ms, no turn without',
    );
  });
});
