import type { Plugin } from 'vite';

/** A change of one file: the code to find, and its replacement. */
type Change = readonly [code: RegExp, replacement: string];

/** Changes by the end of a file's path. The package is imported for its effect only, so nothing reads its exports. */
const changes: Readonly<Record<string, readonly Change[]>> = {
  // A bundler keeps an object of functions whole. Of exported functions, only those in use stay.
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
  // The object that the factory returns.
  '/node_modules/webrtc-adapter/src/js/adapter_factory.js': [
    [/^import \* as sdp from 'sdp';$/m, ''],
    [/^ {4}sdp,$/m, ''],
    [/^ {4}commonShim,$/m, ''],
    [/^ {6}adapter\.browserShim = \w+;$/gm, ''],
  ],
};

/** Keeps every shim of webrtc-adapter and drops the functions that only scripts could call. Lines keep their numbers. */
export const leanWebrtcAdapter: Plugin = {
  name: 'lean-webrtc-adapter',
  enforce: 'pre',
  transform(code, id) {
    const file = Object.keys(changes).find((end) => id.endsWith(end));
    if (file === undefined) return null;
    let lean = code;
    for (const [part, replacement] of changes[file] ?? []) {
      // Another version may be written differently.
      if (lean.search(part) < 0) this.error(`Missing in ${id}: ${String(part)}`);
      lean = lean.replace(part, replacement);
    }
    return { code: lean, map: null };
  },
};
