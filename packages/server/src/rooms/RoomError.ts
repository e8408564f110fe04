import type { EndReason } from '@tureen/protocol/common';

/** Why a room would not do it. */
export type RoomErrorCode =
  /** As many rooms as there may be. */
  | 'tooManyRooms'
  /** As many peers as the room may have. */
  | 'roomFull'
  /** As many transports as the peer may have. */
  | 'tooManyTransports'
  /** As many producers (or data producers) as the peer may have. */
  | 'tooManyProducers'
  /** As many consumers as the peer may have. */
  | 'tooManyConsumers'
  /** The id is taken by a peer that this one may not replace. */
  | 'duplicatedPeer'
  | 'alreadyJoined'
  | 'notJoined'
  /** Hidden peers watch and listen only. */
  | 'hiddenPeer'
  /** The peer's authorization does not permit it. */
  | 'notPermitted'
  /** The server stops, and opens no room. */
  | 'shuttingDown'
  /** What it was asked of has come to its end: the peer, its transport, its room, or the registry. */
  | 'closed';

const messages: Readonly<Record<RoomErrorCode, string>> = {
  tooManyRooms: 'too many rooms',
  roomFull: 'the room is full',
  tooManyTransports: 'too many transports',
  tooManyProducers: 'too many producers',
  tooManyConsumers: 'too many consumers',
  duplicatedPeer: 'duplicated Peer',
  alreadyJoined: 'Peer already joined',
  notJoined: 'Peer not yet joined',
  hiddenPeer: 'a hidden peer may not produce',
  notPermitted: 'not permitted',
  shuttingDown: 'the server is closing',
  closed: 'closed',
};

/** A room would not do it; `code` says why. */
export class RoomError extends Error {
  override name = 'RoomError';
  readonly code: RoomErrorCode;

  constructor(code: RoomErrorCode, message = messages[code]) {
    super(message);
    this.code = code;
  }
}

const endReasonsOfCodes: Readonly<Partial<Record<RoomErrorCode, EndReason>>> = {
  tooManyRooms: 'tooManyRooms',
  roomFull: 'roomFull',
  duplicatedPeer: 'duplicatedPeer',
  hiddenPeer: 'notPermitted',
  notPermitted: 'notPermitted',
  shuttingDown: 'shuttingDown',
};

/** The reason that the client reads with such a refusal; undefined where it is about something in the room. */
export function endReasonOf({ code }: RoomError): EndReason | undefined {
  return endReasonsOfCodes[code];
}
