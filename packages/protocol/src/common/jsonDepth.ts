import { MAX_MESSAGE_DEPTH } from './limits.ts';

/**
 * Whether objects and arrays in this JSON lie within each other more than {@link MAX_MESSAGE_DEPTH} deep. Looks at the text, once
 * and without recursion, so that nothing needs to be parsed or walked for it.
 */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === 0x22) {
      // To the quotation mark that ends the text: one that no backslash, or a pair of them, precedes.
      for (at++; at < json.length && json.charCodeAt(at) !== 0x22; at++) if (json.charCodeAt(at) === 0x5c) at++;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_MESSAGE_DEPTH) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
