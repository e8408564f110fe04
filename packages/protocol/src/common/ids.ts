import * as s from './schema/index.ts';
import { MAX_ENTITY_ID_LENGTH, MAX_PEER_ID_LENGTH } from './limits.ts';
import { parse, type ParseResult } from './parse.ts';

/** Returns a name as trimmed text; returns any other value unchanged. */
export const nameText = (input: unknown) =>
  typeof input === 'number' || typeof input === 'string' ? String(input).trim() : input;

/**
 * Returns an ID in its only form: normalized (NFC), so that both encodings of `é` are one peer, and trimmed. Returns any other value
 * unchanged.
 */
export const idText = (input: unknown) => {
  const text = nameText(input);
  return typeof text === 'string' ? text.normalize().trim() : text;
};

/** Invisible characters, and those that change the text around them: control, bidi, zero width; half of a surrogate pair. */
const unseen = /[\p{Cc}\p{Cs}]|(?=\p{DI})\p{Cf}/u;

const isShort = s.check<string>(
  (id) => id.length <= MAX_PEER_ID_LENGTH || [...id].length <= MAX_PEER_ID_LENGTH,
  `Expected at most ${MAX_PEER_ID_LENGTH} characters`,
);

/**
 * ID of a peer or a room, chosen by the app (peerId, peerName or userId, by dialect): normalized (NFC) and trimmed, 1 to 128
 * characters (Unicode code points), without control, bidi and zero-width characters.
 */
export const peerId: s.Schema<unknown, string> = s.pipe(
  s.unknown(),
  s.transform(idText),
  s.string(MAX_ENTITY_ID_LENGTH),
  s.notEmpty,
  isShort,
  s.check((id) => !unseen.test(id), 'Expected no control, bidi or zero-width characters'),
);

/** Reads the ID of a new peer or room. The `Room` and the server both use it. */
export const readId = (input: unknown): ParseResult<string> => parse(peerId, input);

/** ID of a peer in a message of a server: trimmed. Other servers allow characters that Tureen's refuses. */
export const remotePeerId: s.Schema<unknown, string> = s.pipe(
  s.unknown(),
  s.transform(nameText),
  s.string(MAX_ENTITY_ID_LENGTH),
  s.notEmpty,
  isShort,
);

/** ID of a transport, producer, consumer, data producer or data consumer: any text but the empty one. */
export const entityId = s.pipe(s.string(MAX_ENTITY_ID_LENGTH), s.notEmpty);
