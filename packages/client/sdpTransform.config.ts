import type { Plugin } from 'vite';

const ours = /node_modules\/sdp-transform\/lib\/\w+\.js$/;

const index = "export * from './parser'; export { write } from './writer'; export { grammar } from './grammar';";

/** What the package writes as CommonJS, as what a module would say. */
const patterns: readonly [RegExp, string][] = [
  [/^var grammar = require\('\.\/grammar'\);$/gm, "import { grammar } from './grammar';"],
  [/^var grammar = module\.exports = /gm, 'export const grammar = '],
  [/^module\.exports = function /gm, 'export const write = function '],
  [/^exports\.(\w+) = (?:exports\.)?/gm, 'export const $1 = '],
];

/** sdp-transform as modules, of which a bundler leaves out what nothing calls: of CommonJS it keeps all. */
export const leanSdpTransform: Plugin = {
  name: 'lean-sdp-transform',
  enforce: 'pre',
  transform(code, id) {
    if (!ours.test(id)) return null;
    if (id.endsWith('/index.js')) return { code: index, map: null };
    const module = patterns.reduce((left, [pattern, text]) => left.replace(pattern, text), code);
    // Another version may be written otherwise.
    const left = /.*(?:\bexports\b|\brequire\().*/.exec(module);
    if (left !== null) this.error(`not understood in ${id}: ${left[0]}`);
    return { code: module, map: null };
  },
};
