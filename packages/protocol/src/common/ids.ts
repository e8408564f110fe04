import * as s from './schema/index.ts';
import { MAX_ENTITY_ID_LENGTH, MAX_PEER_ID_LENGTH } from './limits.ts';
import { parse, type ParseResult } from './parse.ts';

/** A name as text, where it is one. What is none stays as it is, as there may be nothing that it can be turned into. */
export const nameText = (input: unknown) =>
  typeof input === 'number' || typeof input === 'string' ? String(input).trim() : input;

/**
 * The one form of an id: normalized (NFC), so that both ways to write `é` are one peer, and trimmed. What is no name stays as
 * it is.
 */
export const idText = (input: unknown) => {
  const text = nameText(input);
  return typeof text === 'string' ? text.normalize().trim() : text;
};

/** Characters that change how the text around them looks, or that are not seen: control, bidi, zero width; half of a pair. */
const unseen = /[\p{Cc}\p{Cs}]|(?=\p{DI})\p{Cf}/u;

const isShort = s.check<string>(
  (id) => id.length <= MAX_PEER_ID_LENGTH || [...id].length <= MAX_PEER_ID_LENGTH,
  `Expected at most ${MAX_PEER_ID_LENGTH} characters`,
);

/**
 * An id that its owner chose, of a peer or a room, whichever dialect calls it peerId, peerName or userId: normalized (NFC) and
 * trimmed, 1 to 128 characters (Unicode code points). Any but control, bidi and zero-width characters.
 */
export const peerId: s.Schema<unknown, string> = s.pipe(
  s.unknown(),
  s.transform(idText),
  s.string(MAX_ENTITY_ID_LENGTH),
  s.notEmpty,
  isShort,
  s.check((id) => !unseen.test(id), 'Expected no control, bidi or zero-width characters'),
);

/** Reads the id that a peer or a room is to have, as the `Room` and the server both do. */
export const readId = (input: unknown): ParseResult<string> => parse(peerId, input);

/** The id of a peer as a server names it: trimmed. Other servers let characters in that ours refuses. */
export const remotePeerId: s.Schema<unknown, string> = s.pipe(
  s.unknown(),
  s.transform(nameText),
  s.string(MAX_ENTITY_ID_LENGTH),
  s.notEmpty,
  isShort,
);

/** The id of a transport, producer, consumer, data producer or data consumer: any text but the empty one. */
export const entityId = s.pipe(s.string(MAX_ENTITY_ID_LENGTH), s.notEmpty);
