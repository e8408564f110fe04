import { isPassing, MediaError } from '../engine/port/MediaError.ts';
import { endReasonOf, RoomError } from '../rooms/RoomError.ts';
import type { RoomErrorCode } from '../rooms/RoomError.ts';
import { refused } from './Connection.ts';

/** Refusal in the form of a dialect. */
export interface Refusal {
  readonly errorCode: number;
  readonly errorReason: string;
}

/** Refusals of one dialect for the errors of rooms and the engine. `message`: text of the error. */
export interface RefusalTable {
  notJoined(): Refusal;
  alreadyJoined(): Refusal;
  duplicatedPeer(): Refusal;
  /** For a closed room or peer. */
  closed(message: string): Refusal;
  /** For a hidden peer. */
  hiddenPeer(message: string): Refusal;
  /** For a missing permission or a reached limit. */
  forbidden(message: string): Refusal;
  /** For parameters of the client that the engine rejects. */
  invalidParameters(message: string): Refusal;
  /** For a request that may succeed later. */
  unavailable(message: string): Refusal;
  /** For a failure of the engine. */
  engineFailed(message: string): Refusal;
}

const refusalOf: Readonly<Record<RoomErrorCode, keyof RefusalTable>> = {
  notJoined: 'notJoined',
  alreadyJoined: 'alreadyJoined',
  duplicatedPeer: 'duplicatedPeer',
  closed: 'closed',
  shuttingDown: 'closed',
  hiddenPeer: 'hiddenPeer',
  notPermitted: 'forbidden',
  tooManyRooms: 'forbidden',
  roomFull: 'forbidden',
  tooManyPrepared: 'unavailable',
  tooManyTransports: 'forbidden',
  tooManyProducers: 'forbidden',
  tooManyConsumers: 'forbidden',
};

/** Converts an error of a room or the engine to a refusal of the dialect. Returns any other error unchanged. */
export function toRefusal(error: unknown, table: RefusalTable): unknown {
  if (error instanceof RoomError) return refused(table[refusalOf[error.code]](error.message), endReasonOf(error));
  if (!(error instanceof MediaError)) return error;
  const { message } = error;
  if (isPassing(error)) return refused(table.unavailable(message), 'unavailable');
  return refused(error.code === 'invalidParameters' ? table.invalidParameters(message) : table.engineFailed(message));
}
