import type { LeaveReason } from '@tureen/client';
import { describe, expect, it } from 'vitest';
import { duration, endingText, endings, plural, wireTime } from './texts.ts';

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

  it('passes on the text of the host, and of a server that gives nothing else', () => {
    expect(endingText('kicked', 'Please be kind.').detail).toBe('“Please be kind.”');
    expect(endingText('closedByServer', 'maintenance').detail).toContain('maintenance');
    expect(endingText('tokenExpired', 'token expired').detail).not.toContain('token');
  });

  it('offers to rejoin first only where most people want to', () => {
    expect(endingText('connectionLost').isRejoinLikely).toBe(true);
    for (const reason of ['kicked', 'replaced', 'roomClosed', 'tokenExpired'] as const)
      expect(endingText(reason).isRejoinLikely).toBe(false);
  });

  it.each([...Object.keys(endings), 'closedByServer'] as LeaveReason[])(
    'has no code and no word of a protocol where the session ended with %s',
    (reason) => {
      const { title, detail } = endingText(reason);
      expect(`${title} ${detail}`).not.toMatch(/mediasoup|protoo|dialect|token|[a-z][A-Z]/);
    },
  );
});

describe('plural', () => {
  it('counts', () => {
    expect([0, 1, 2].map((count) => plural(count, 'message'))).toEqual(['0 messages', '1 message', '2 messages']);
  });
});
