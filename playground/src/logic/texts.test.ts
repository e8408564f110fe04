import { describe, expect, it } from 'vitest';
import { duration, endingText, plural, wireTime } from './texts.ts';

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [12.4, '12 ms'],
    [999.4, '999 ms'],
    [1204, '1.20 s'],
  ])('of %d ms is %j', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });
});

describe('wireTime', () => {
  it('is to the millisecond', () => {
    expect(wireTime(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('03:04:05.006');
  });
});

describe('endingText', () => {
  it('tells one who was put out from one who left', () => {
    expect(endingText('left').title).toBe('You left the room');
    expect(endingText('kicked').title).toBe('You were removed from the room');
    expect(endingText('connectionLost').title).toBe('The connection was lost');
  });

  it("passes on a reason of the server's own, whatever it is called", () => {
    expect(endingText('maintenance').detail).toContain('maintenance');
    expect(endingText('toString').detail).toContain('toString');
  });
});

describe('plural', () => {
  it('counts', () => {
    expect([0, 1, 2].map((count) => plural(count, 'message'))).toEqual(['0 messages', '1 message', '2 messages']);
  });
});
