import * as s from './schema/index.ts';
import { MAX_ENTITY_ID_LENGTH, MAX_PEER_ID_LENGTH } from './limits.ts';
import { parse, type ParseResult } from './parse.ts';

/** Returns a name as trimmed text; returns any other value unchanged. */
export const nameText = (input: unknown) =>
  typeof input === 'number' || typeof input === 'string' ? String(input).trim() : input;

/**
 * Returns the canonical form of an ID: trimmed and normalized (NFC), so that both encodings of `é` are one peer. Returns any other value
 * unchanged.
 */
export const idText = (input: unknown) => {
  const text = nameText(input);
  return typeof text === 'string' ? text.normalize().trim() : text;
};

/** Invisible characters and characters that change adjacent text: control, bidi, zero width, and half of a surrogate pair. */
const unseen = /[\p{Cc}\p{Cs}]|(?=\p{DI})\p{Cf}/u;

const isShort = s.check<string>(
  (id) => id.length <= MAX_PEER_ID_LENGTH || [...id].length <= MAX_PEER_ID_LENGTH,
  `Expected at most ${MAX_PEER_ID_LENGTH} characters`,
);

/**
 * ID of a peer or room, chosen by the app (peerId, peerName or userId, by dialect). Normalized (NFC) and trimmed. Has 1 to 128 characters
 * (Unicode code points), and no control, bidi or zero-width characters.
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

/** ID of a peer in a server's message, trimmed. Other servers allow characters that Tureen's server refuses. */
export const remotePeerId: s.Schema<unknown, string> = s.pipe(
  s.unknown(),
  s.transform(nameText),
  s.string(MAX_ENTITY_ID_LENGTH),
  s.notEmpty,
  isShort,
);

/** ID of a transport, producer, consumer, data producer or data consumer: any text except the empty text. */
export const entityId = s.pipe(s.string(MAX_ENTITY_ID_LENGTH), s.notEmpty);
