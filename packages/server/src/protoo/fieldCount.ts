/** Maximum number of fields of one object in a client's message: above that of every schema, but small enough to copy cheaply. */
export const MAX_FIELDS = 2048;

/** Size of the shortest field: `"":1,`. A text shorter than the maximum number of such fields needs no check. */
const LEAST_FIELD_BYTES = 5;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const [BRACE, END_BRACE] = [0x7b, 0x7d];
const [BRACKET, END_BRACKET] = [0x5b, 0x5d];

/**
 * Returns whether an object in this valid, shallow JSON has more than {@link MAX_FIELDS} fields. Such an object becomes a
 * hash table, which costs several times more to walk and copy, so this reads only the text.
 */
export function hasTooManyFields(json: string): boolean {
  if (json.length < MAX_FIELDS * LEAST_FIELD_BYTES) return false;
  /** Number of fields so far, of each open object. Arrays have no fields. */
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
