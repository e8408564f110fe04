import { describe, expect, it } from 'vitest';

import { roomWorld } from '@tureen/testkit/scripted/roomWorld';

describe('the IDs of a room and a peer', () => {
  it.each(['Jane Doe', 'Žofie', '小明', "O'Brien", '👩🏽', `${'𝒜'.repeat(128)}`])('are accepted: %s', (id) => {
    expect(roomWorld({ peerId: id, roomId: id }).room).toMatchObject({ peerId: id, roomId: id });
  });

  it.each([
    ['a zero-width joiner', 'a\u200db'],
    ['a right-to-left override', 'a\u202eb'],
    ['a NUL', 'a\0b'],
    ['half of a pair', 'a\ud800'],
  ])('are refused with invalidArgument: %s', (_, id) => {
    for (const name of ['peerId', 'roomId'])
      expect(() => roomWorld({ [name]: id })).toThrow(
        expect.objectContaining({
          code: 'invalidArgument',
          argument: name,
          message: `${name} is not valid: Expected no control, bidi or zero-width characters`,
        }),
      );
  });

  it('are normalized to NFC, as the server does', () => {
    expect(roomWorld({ peerId: ' cafe\u0301 ' }).room.peerId).toBe('café');
  });
});
