import * as s from './schema/index.ts';
import { MAX_TEXT_BYTES } from './limits.ts';

/** Text of a client's message to all peers: at most {@link MAX_TEXT_BYTES} bytes of UTF-8. */
export const clientText = /* @__PURE__ */ s.string(
  MAX_TEXT_BYTES,
  // A UTF-16 unit takes at most three bytes, so most texts need no encoding.
  { test: (text) => text.length * 3 <= MAX_TEXT_BYTES || new TextEncoder().encode(text).length <= MAX_TEXT_BYTES },
  `at most ${MAX_TEXT_BYTES} bytes`,
);
