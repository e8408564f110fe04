import type { Plugin } from 'vite';

const rewritten = /node_modules\/sdp-transform\/lib\/\w+\.js$/;

const index = "export * from './parser'; export { write } from './writer'; export { grammar } from './grammar';";

/** CommonJS of the package, and the same as an ES module. */
const patterns: readonly [RegExp, string][] = [
  [/^var grammar = require\('\.\/grammar'\);$/gm, "import { grammar } from './grammar';"],
  [/^var grammar = module\.exports = /gm, 'export const grammar = '],
  [/^module\.exports = function /gm, 'export const write = function '],
  [/^exports\.(\w+) = (?:exports\.)?/gm, 'export const $1 = '],
];

/** Rewrites sdp-transform as ES modules, of which a bundler drops the functions that are not called. */
export const leanSdpTransform: Plugin = {
  name: 'lean-sdp-transform',
  enforce: 'pre',
  transform(code, id) {
    if (!rewritten.test(id)) return null;
    if (id.endsWith('/index.js')) return { code: index, map: null };
    const module = patterns.reduce((left, [pattern, text]) => left.replace(pattern, text), code);
    // Another version may be written differently.
    const left = /.*(?:\bexports\b|\brequire\().*/.exec(module);
    if (left !== null) this.error(`Unexpected code in ${id}: ${left[0]}`);
    return { code: module, map: null };
  },
};
