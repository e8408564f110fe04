/** Most fields of one object in a client's message: more than any schema takes, and few enough to be copied for nothing. */
export const MAX_FIELDS = 2048;

/** Shortest field: `"":1,`. A text that is shorter than so many of them needs no look. */
const LEAST_FIELD_BYTES = 5;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const [BRACE, END_BRACE] = [0x7b, 0x7d];
const [BRACKET, END_BRACKET] = [0x5b, 0x5d];

/**
 * Whether an object in this JSON, which can be parsed and is not deep, has more than {@link MAX_FIELDS} fields. Such an object
 * is a hash table, which costs several times as much as another to walk and copy; so this looks at the text alone.
 */
export function hasTooManyFields(json: string): boolean {
  if (json.length < MAX_FIELDS * LEAST_FIELD_BYTES) return false;
  /** Fields so far, of each object that is open; lists count none. */
  const open: number[] = [];
  let fields = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      for (at += 1; at < json.length && json.charCodeAt(at) !== QUOTE; at += 1)
        if (json.charCodeAt(at) === BACKSLASH) at += 1;
    } else if (code === BRACE || code === BRACKET) {
      open.push(fields);
      fields = 0;
    } else if (code === END_BRACE || code === END_BRACKET) {
      fields = open.pop() ?? 0;
    } else if (code === COLON) {
      fields += 1;
      if (fields > MAX_FIELDS) return true;
    }
  }
  return false;
}
