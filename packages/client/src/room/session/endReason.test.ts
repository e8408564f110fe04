import { closeCodeOf, endReasons } from '@tureen/protocol/common';
import { describe, expect, it } from 'vitest';
import { readEndReason } from './endReason.ts';

/** After these reasons the room reconnects as its policy says, although the server closes with the final code. */
const triedAgain = ['roomFull', 'tooManyRooms'];

describe('readEndReason', () => {
  it.each(endReasons.filter((word) => closeCodeOf(word) === 4000 && !triedAgain.includes(word)))(
    'reads the reason %s, alone and with a text',
    (reason) => {
      expect(readEndReason(reason)).toEqual({ reason });
      expect(readEndReason(`${reason}: spam: twice`)).toEqual({ reason, detail: 'spam: twice' });
    },
  );

  it.each(['maintenance', 'Peer closed', 'kicked by an admin', 'banned: spam', 'kickedkicked', 'toString'])(
    'keeps the unknown reason %o as the detail',
    (given) => {
      expect(readEndReason(given)).toEqual({ reason: 'closedByServer', detail: given });
    },
  );

  it.each([undefined, ''])('has no detail where the server gives %o', (given) => {
    expect(readEndReason(given)).toEqual({ reason: 'closedByServer' });
  });
});
