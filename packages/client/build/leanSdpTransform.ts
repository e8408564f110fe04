import type { Plugin } from 'vite';

const rewritten = /node_modules\/sdp-transform\/lib\/\w+\.js$/;

const index = "export * from './parser'; export { write } from './writer'; export { grammar } from './grammar';";

/** CommonJS of the package, and the same as an ES module. */
const patterns: readonly (readonly [commonJs: RegExp, module: string])[] = [
  [/^var grammar = require\('\.\/grammar'\);$/gm, "import { grammar } from './grammar';"],
  [/^var grammar = module\.exports = /gm, 'export const grammar = '],
  [/^module\.exports = function /gm, 'export const write = function '],
  [/^exports\.(\w+) = (?:exports\.)?/gm, 'export const $1 = '],
];

/**
 * Attributes that neither engine reads or writes, by their names in the grammar. Without its entry, the parser keeps such a line
 * as text in `invalid`, as it keeps every attribute that it does not know, and the writer writes it back.
 */
export const unreadAttributes: readonly string[] = [
  'control',
  'crypto',
  'connectionType',
  'ptime',
  'maxptime',
  'remoteCandidates',
  'xGoogleFlag',
  'imageattrs',
  'framerate',
  'sourceFilter',
  'label',
  'tsRefClocks',
  'mediaClk',
  'keywords',
  'content',
  'bfcpFloorCtrl',
  'bfcpConfId',
  'bfcpUserId',
  'bfcpFloorId',
];

/** The code without one entry of the grammar, with its line breaks. Throws where the entry is missing. */
function withoutAttribute(code: string, name: string): string {
  const entry = new RegExp(
    `^ {4}\\{\\n(?: {6}.*\\n|\\n)*? {6}(?:name|push): ?'${name}',\\n(?: {6}.*\\n|\\n)*? {4}\\},$`,
    'm',
  );
  if (!entry.test(code)) throw new Error(`No attribute ${name} in the grammar of sdp-transform`);
  return code.replace(entry, (text) => text.replace(/.+/g, ''));
}

/** Rewrites sdp-transform as ES modules, of which a bundler drops the functions that are not called. */
export const leanSdpTransform: Plugin = {
  name: 'lean-sdp-transform',
  enforce: 'pre',
  transform(code, id) {
    if (!rewritten.test(id)) return null;
    if (id.endsWith('/index.js')) return { code: index, map: null };
    const lean = id.endsWith('/grammar.js') ? unreadAttributes.reduce(withoutAttribute, code) : code;
    const module = patterns.reduce((left, [pattern, text]) => left.replace(pattern, text), lean);
    // Another version may be written differently.
    const left = /.*(?:\bexports\b|\brequire\().*/.exec(module);
    if (left !== null) this.error(`Unexpected code in ${id}: ${left[0]}`);
    return { code: module, map: null };
  },
};
