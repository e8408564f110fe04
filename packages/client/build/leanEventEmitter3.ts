import type { Plugin } from 'vite';

const rewritten = '/node_modules/eventemitter3/index.js';

/** A change of the module: the code to find, and its replacement, with the same line breaks. */
const changes: readonly (readonly [code: RegExp, replacement: string])[] = [
  // For browsers without objects that have no prototype: there, names of events get a prefix.
  [/^ {2}, prefix = '~';$/m, '; const prefix = false;'],
  [/^if \(Object\.create\) \{\n {2}(Events\.prototype = Object\.create\(null\);)\n([^]*?)^\}$/m, '\n$1\n$2'],
  [/^ {2}if \(!new Events\(\)\.__proto__\) prefix = false;$/m, ''],
  [/^EventEmitter\.prefixed = prefix;$/m, ''],
  // CommonJS.
  [/^EventEmitter\.EventEmitter = EventEmitter;$/m, ''],
  [
    /^if \('undefined' !== typeof module\) \{\n {2}module\.exports = EventEmitter;\n\}$/m,
    '\nexport { EventEmitter };\n',
  ],
];

/**
 * eventemitter3 as one ES module, for browsers that have what the client needs anyway: as CommonJS, a bundler adds its helpers
 * and can rename nothing. All methods stay.
 */
export const leanEventEmitter3: Plugin = {
  name: 'lean-eventemitter3',
  enforce: 'pre',
  transform(code, id) {
    if (id.endsWith('/node_modules/eventemitter3/index.mjs'))
      return { code: "export { EventEmitter } from './index.js';", map: null };
    if (!id.endsWith(rewritten)) return null;
    const lean = changes.reduce((left, [part, replacement]) => {
      // Another version may be written differently.
      if (!part.test(left)) this.error(`Missing in ${id}: ${String(part)}`);
      return left.replace(part, replacement);
    }, code);
    return { code: lean, map: null };
  },
};
