import * as s from './schema/index.ts';
import { MAX_PARAMETER_LENGTH, MAX_PARAMETERS, MAX_SDP_TOKEN_LENGTH } from './limits.ts';

// Texts that become part of an SDP, each with the grammar of its place. A browser refuses a whole SDP for one invalid text, and a
// line break in a text would end its line.

const tokenText = /^[!#-'*+\-.\dA-Z^-~]{1,64}$/;

/** Returns whether a text is a token of at most 64 characters, as SDP requires for IDs of streams and tracks. */
export const isToken = (text: string): boolean => tokenText.test(text);

/** Token of RFC 8866: mid, names of codecs and of feedback. */
export const token = /* @__PURE__ */ s.string(64, tokenText, 'token');

/** ASCII without spaces, e.g. a cname. Empty where mediasoup-client finds no cname: it sends `''` for streams with a rid. */
export const visible = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[!-~]*$/, 'ASCII without spaces');

/** Two tokens with a slash between them, e.g. `audio/opus`. */
export const mimeType = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[!#-'*+\-./\dA-Z^-~]+$/, 'MIME type');

/** One or two tokens (RFC 8830): stream and track. */
export const msid = /* @__PURE__ */ s.string(
  MAX_SDP_TOKEN_LENGTH,
  /^[!#-'*+\-.\dA-Z^-~]+(?: [!#-'*+\-.\dA-Z^-~]+)?$/,
  'one token or two',
);

/** ID of a simulcast stream (RFC 8851). */
export const rid = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[\w-]+$/, 'rid');

/** URI in ASCII. */
export const uri = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[a-z][a-z\d+.-]*:[!-~]+$/i, 'URI');

/** Parameter of a feedback type: ASCII within one line. */
export const line = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[ -~]*$/, 'ASCII within one line');

/** ICE user name fragment or password (RFC 8839), or the foundation of a candidate. */
export const iceText = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[a-z\d+/]+$/i, 'ICE characters');
/** IP address or host name. */
export const address = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[\w.:%-]+$/, 'address');

/** Digest of a certificate (RFC 8122). */
export const fingerprint = /* @__PURE__ */ s.string(
  MAX_SDP_TOKEN_LENGTH,
  /^[\da-f]{2}(?::[\da-f]{2})*$/i,
  'hexadecimal pairs with colons between',
);

/** Parameters of a codec or header extension, as in `a=fmtp`. The media worker checks the values that it uses. */
export const parameters = /* @__PURE__ */ s.record(
  (name, value) =>
    name.length <= MAX_PARAMETER_LENGTH &&
    /^[!-:<>-~]+$/.test(name) &&
    (typeof value === 'string'
      ? value.length <= MAX_PARAMETER_LENGTH && /^[ -:<-~]*$/.test(value)
      : typeof value !== 'object' || value === null),
  `number or ASCII without semicolons, at most ${MAX_PARAMETER_LENGTH} characters`,
  MAX_PARAMETERS,
);
