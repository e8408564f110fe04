import { MAX_MESSAGE_DEPTH } from './limits.ts';

/**
 * Returns whether objects and arrays in this JSON are nested more than {@link MAX_MESSAGE_DEPTH} levels deep. Scans the text once, before
 * parsing and without recursion.
 */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === 0x22) {
      // Skips to the quotation mark that ends the text: the next one without an unescaped backslash before it.
      for (at++; at < json.length && json.charCodeAt(at) !== 0x22; at++) if (json.charCodeAt(at) === 0x5c) at++;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_MESSAGE_DEPTH) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
