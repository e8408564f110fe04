import type { Plugin } from 'vite';

/** A change of one file: what is found there, and what is written in its place. */
type Change = readonly [found: RegExp, written: string];

/** By the end of a file's path. The package is loaded for its effect, so that nothing reads what it would hand out. */
const changes: Readonly<Record<string, readonly Change[]>> = {
  // One object of functions, of which a bundler keeps all: as functions that are exported, only the ones in use stay.
  '/node_modules/sdp/sdp.js': [
    [/^const SDPUtils = \{\};$/m, ''],
    [/^SDPUtils\.(\w+) = (?=function\()/gm, 'export const $1 = '],
    [/^SDPUtils\.localCName = /m, 'export const localCName = /* @__PURE__ */ '],
    [/\bSDPUtils\./g, ''],
    [/^if \(typeof module === 'object'\) \{\n {2}module\.exports = SDPUtils;\n\}$/m, '\n\n'],
  ],
  '/node_modules/webrtc-adapter/src/js/common_shim.js': [
    [/^import SDPUtils from 'sdp';$/m, "import * as SDPUtils from 'sdp';"],
  ],
  // The object that it answers.
  '/node_modules/webrtc-adapter/src/js/adapter_factory.js': [
    [/^import \* as sdp from 'sdp';$/m, ''],
    [/^ {4}sdp,$/m, ''],
    [/^ {4}commonShim,$/m, ''],
    [/^ {6}adapter\.browserShim = \w+;$/gm, ''],
  ],
};

/** webrtc-adapter with every shim that it runs, and without what a script of its own could call. Lines stay lines. */
export const leanWebrtcAdapter: Plugin = {
  name: 'lean-webrtc-adapter',
  enforce: 'pre',
  transform(code, id) {
    const file = Object.keys(changes).find((end) => id.endsWith(end));
    if (file === undefined) return null;
    let lean = code;
    for (const [found, written] of changes[file] ?? []) {
      // Another version may write it otherwise.
      if (lean.search(found) < 0) this.error(`not found in ${id}: ${String(found)}`);
      lean = lean.replace(found, written);
    }
    return { code: lean, map: null };
  },
};
