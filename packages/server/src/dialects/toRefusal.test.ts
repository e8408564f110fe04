import { describe, expect, it } from 'vitest';
import { MediaError } from '../engine/port/MediaError.ts';
import { RoomError } from '../rooms/RoomError.ts';
import { toRefusal } from './toRefusal.ts';
import type { RefusalTable } from './toRefusal.ts';

const names = [
  'notJoined',
  'alreadyJoined',
  'duplicatedPeer',
  'closed',
  'hiddenPeer',
  'forbidden',
  'invalidParameters',
  'unavailable',
  'engineFailed',
] as const satisfies readonly (keyof RefusalTable)[];

/** Each refusal names itself. */
const table = Object.fromEntries(
  names.map((name) => [name, () => ({ errorCode: 400, errorReason: name })]),
) as unknown as RefusalTable;

describe('toRefusal', () => {
  it.each([
    [new RoomError('roomFull'), { message: 'forbidden', reason: 'roomFull' }],
    [new RoomError('shuttingDown'), { message: 'closed', reason: 'shuttingDown' }],
    [new RoomError('hiddenPeer'), { message: 'hiddenPeer' }],
    [new RoomError('duplicatedPeer'), { message: 'duplicatedPeer' }],
    [new MediaError('timeout', 'late'), { message: 'unavailable', reason: 'unavailable' }],
    [new MediaError('invalidParameters', 'bad'), { message: 'invalidParameters', reason: undefined }],
    [new MediaError('closed', 'gone'), { message: 'engineFailed', reason: undefined }],
  ])('converts %s', (error, expected) => {
    expect(toRefusal(error, table)).toMatchObject({ name: 'ProtocolError', code: 400, ...expected });
  });

  it('returns any other error unchanged', () => {
    const error = new TypeError('BUG');
    expect(toRefusal(error, table)).toBe(error);
  });
});
