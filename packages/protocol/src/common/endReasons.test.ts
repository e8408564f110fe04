import { describe, expect, it } from 'vitest';
import { closeCodeOf, endReasons, readCloseReason, writeCloseReason } from './endReasons.ts';

describe('writeCloseReason', () => {
  it('writes the reason alone without a text', () => {
    for (const reason of endReasons) expect(writeCloseReason(reason)).toBe(reason);
  });

  it('cuts the text to the 123 bytes of a close frame, between two characters', () => {
    const written = writeCloseReason('kicked', '€'.repeat(100));
    expect(new TextEncoder().encode(written).length).toBeLessThanOrEqual(123);
    expect(written).toMatch(/^kicked: €+$/);
  });
});

describe('readCloseReason', () => {
  it('reads the reason and the text, colons included', () => {
    expect(readCloseReason(writeCloseReason('kicked', 'spam: twice'))).toEqual({ word: 'kicked', text: 'spam: twice' });
    expect(readCloseReason('roomFull')).toEqual({ word: 'roomFull', text: '' });
    expect(readCloseReason('')).toEqual({ word: '', text: '' });
  });
});

describe('closeCodeOf', () => {
  it('lets clients reconnect only after temporary reasons', () => {
    const passing = endReasons.filter((reason) => [1012, 1013].includes(closeCodeOf(reason)));
    expect(passing).toEqual([
      'tooManyConnections',
      'tooManyJoins',
      'authorizationUnavailable',
      'shuttingDown',
      'workerDied',
      'unavailable',
    ]);
  });

  it('returns 4000 for reasons that concern the client itself', () => {
    for (const reason of ['unauthorized', 'tokenExpired', 'kicked', 'replaced', 'roomClosed', 'roomFull'] as const)
      expect(closeCodeOf(reason)).toBe(4000);
  });
});
