import type { EndReason } from '@tureen/protocol/common';

/** Reason why a room refuses a request. */
export type RoomErrorCode =
  /** The server has the maximum number of rooms. */
  | 'tooManyRooms'
  /** The room has the maximum number of peers. */
  | 'roomFull'
  /** The peer has the maximum number of transports. */
  | 'tooManyTransports'
  /** The peer has the maximum number of producers or data producers. */
  | 'tooManyProducers'
  /** The peer has the maximum number of consumers. */
  | 'tooManyConsumers'
  /** The server has the maximum number of peers that prepared their join. */
  | 'tooManyPrepared'
  /** A peer of the same ID is in the room, and may not be replaced. */
  | 'duplicatedPeer'
  | 'alreadyJoined'
  | 'notJoined'
  /** The peer is hidden: hidden peers only watch and listen. */
  | 'hiddenPeer'
  /** The grant of the peer does not permit the request. */
  | 'notPermitted'
  /** The server is stopping. */
  | 'shuttingDown'
  /** The peer, its transport, its room or the registry closed. */
  | 'closed';

const messages: Readonly<Record<RoomErrorCode, string>> = {
  tooManyRooms: 'too many rooms',
  roomFull: 'the room is full',
  tooManyTransports: 'too many transports',
  tooManyProducers: 'too many producers',
  tooManyConsumers: 'too many consumers',
  tooManyPrepared: 'too many peers prepare their join',
  duplicatedPeer: 'duplicated Peer',
  alreadyJoined: 'Peer already joined',
  notJoined: 'Peer not yet joined',
  hiddenPeer: 'a hidden peer may not produce',
  notPermitted: 'not permitted',
  shuttingDown: 'the server is stopping',
  closed: 'closed',
};

/** Thrown for a request that a room refuses. */
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

/** Returns the end reason of a refusal. Undefined for refusals that do not end the session. */
export function endReasonOf({ code }: RoomError): EndReason | undefined {
  return endReasonsOfCodes[code];
}
