import * as v from './kinds.ts';
import { notEmpty } from './schema.ts';

/** Longest peer id, in characters (UTF-16 units) after trimming. */
export const MAX_PEER_ID_LENGTH = 128;

/** A name as text, where it is one. What is none stays as it is, as there may be nothing that it can be turned into. */
export const nameText = (input: unknown) =>
  typeof input === 'number' || typeof input === 'string' ? String(input).trim() : input;

/** A peer's name in its room, whichever dialect calls it peerId, peerName or userId: trimmed, 1 to 128 characters. */
export const peerId: v.GenericSchema<unknown, string> = v.pipe(
  v.unknown(),
  v.transform(nameText),
  v.string(),
  notEmpty,
  v.check((id) => id.length <= MAX_PEER_ID_LENGTH, 'Expected at most 128 characters'),
);

/** The id of a transport, producer, consumer, data producer or data consumer: any text but the empty one. */
export const entityId = v.pipe(v.string(), notEmpty);
