import { isPassing, MediaError } from '../engine/port/MediaError.ts';
import { endReasonOf, RoomError } from '../rooms/RoomError.ts';
import type { RoomErrorCode } from '../rooms/RoomError.ts';
import { refused } from './Connection.ts';

/** A refusal as a dialect sends it. */
export interface Refusal {
  readonly errorCode: number;
  readonly errorReason: string;
}

/** The refusals of one dialect for the errors of rooms and the engine. `message`: text of the error. */
export interface RefusalTable {
  notJoined(): Refusal;
  alreadyJoined(): Refusal;
  duplicatedPeer(): Refusal;
  /** The room or the peer closed. */
  closed(message: string): Refusal;
  /** The peer is hidden. */
  hiddenPeer(message: string): Refusal;
  /** The peer lacks a permission, or a limit is reached. */
  forbidden(message: string): Refusal;
  /** The engine rejects parameters of the client. */
  invalidParameters(message: string): Refusal;
  /** The same request may succeed later. */
  unavailable(message: string): Refusal;
  /** The engine failed. */
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
