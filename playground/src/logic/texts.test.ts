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
  ])('formats %d ms as %j', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });
});

describe('wireTime', () => {
  it('formats milliseconds', () => {
    expect(wireTime(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('03:04:05.006');
  });
});

describe('endingText', () => {
  it('distinguishes leaving, a kick and a lost connection', () => {
    expect(endingText('left').title).toBe('You left the room');
    expect(endingText('kicked').title).toBe('You were removed from the room');
    expect(endingText('connectionLost').title).toBe('The connection was lost');
  });

  it('shows the text of the host, and of a server that ends the session with an unknown reason', () => {
    expect(endingText('kicked', 'Please be kind.').detail).toBe('“Please be kind.”');
    expect(endingText('closedByServer', 'maintenance').detail).toContain('maintenance');
    expect(endingText('tokenExpired', 'token expired').detail).not.toContain('token');
  });

  it('suggests rejoining only where most people want to', () => {
    expect(endingText('connectionLost').isRejoinLikely).toBe(true);
    for (const reason of ['kicked', 'replaced', 'roomClosed', 'tokenExpired'] as const)
      expect(endingText(reason).isRejoinLikely).toBe(false);
  });

  it.each([...Object.keys(endings), 'closedByServer'] as LeaveReason[])(
    'explains %s without codes or protocol terms',
    (reason) => {
      const { title, detail } = endingText(reason);
      expect(`${title} ${detail}`).not.toMatch(/mediasoup|protoo|dialect|token|[a-z][A-Z]/);
    },
  );
});

describe('plural', () => {
  it('adds an s unless the count is 1', () => {
    expect([0, 1, 2].map((count) => plural(count, 'message'))).toEqual(['0 messages', '1 message', '2 messages']);
  });
});
