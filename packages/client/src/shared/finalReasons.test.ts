import { closeCodeOf, endReasons } from '@tureen/protocol/common';
import { describe, expect, it } from 'vitest';
import { isFinal, readServerReason } from './finalReasons.ts';

describe('isFinal', () => {
  it('is true for the reasons with close code 4000, except those that end when a peer leaves', () => {
    const final = endReasons.filter(
      (reason) => closeCodeOf(reason) === 4000 && reason !== 'roomFull' && reason !== 'tooManyRooms',
    );
    expect(endReasons.filter(isFinal)).toEqual(final);
  });
});

describe('readServerReason', () => {
  it.each(endReasons)('reads %s, alone and with a text', (reason) => {
    expect(readServerReason(reason)).toEqual({ reason, detail: undefined });
    expect(readServerReason(`${reason}: spam: twice`)).toEqual({ reason, detail: 'spam: twice' });
  });

  it.each(['maintenance', 'banned: spam', 'kickedkicked', 'toString'])(
    'keeps %o of another server as the detail',
    (given) => {
      expect(readServerReason(given)).toEqual({ reason: undefined, detail: given });
    },
  );

  it.each([undefined, ''])('returns neither for %o', (given) => {
    expect(readServerReason(given)).toEqual({ reason: undefined, detail: undefined });
  });
});
