import * as s from './schema/index.ts';
import { MAX_PARAMETER_LENGTH, MAX_PARAMETERS, MAX_SDP_TOKEN_LENGTH } from './limits.ts';

// Texts that are written into an SDP, each by the grammar of its place. A browser refuses a whole SDP for one invalid text, and a
// line break in a text would end its line.

const tokenText = /^[!#-'*+\-.\dA-Z^-~]{1,64}$/;

/** Whether a text is a token of at most 64 characters, as IDs of streams and tracks in an SDP are. */
export const isToken = (text: string): boolean => tokenText.test(text);

/** A token of RFC 8866: mid, names of codecs and of feedback. */
export const token = /* @__PURE__ */ s.string(64, tokenText, 'token');

/** ASCII without spaces: a cname. */
export const visible = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[!-~]+$/, 'ASCII without spaces');

/** `audio/opus`: tokens with a slash between. */
export const mimeType = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[!#-'*+\-./\dA-Z^-~]+$/, 'MIME type');

/** One token or two (RFC 8830): stream and track. */
export const msid = /* @__PURE__ */ s.string(
  MAX_SDP_TOKEN_LENGTH,
  /^[!#-'*+\-.\dA-Z^-~]+(?: [!#-'*+\-.\dA-Z^-~]+)?$/,
  'one token or two',
);

/** The id of a stream of simulcast (RFC 8851). */
export const rid = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[\w-]+$/, 'rid');

/** A URI in ASCII. */
export const uri = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[a-z][a-z\d+.-]*:[!-~]+$/i, 'URI');

/** Parameter of a type of feedback: ASCII within one line. */
export const line = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[ -~]*$/, 'ASCII within one line');

/** A user name fragment or a password of ICE (RFC 8839), or a foundation of its candidates. */
export const iceText = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[a-z\d+/]+$/i, 'ICE characters');
/** An IP address or a host name. */
export const address = /* @__PURE__ */ s.string(MAX_SDP_TOKEN_LENGTH, /^[\w.:%-]+$/, 'address');

/** The digest of a certificate (RFC 8122). */
export const fingerprint = /* @__PURE__ */ s.string(
  MAX_SDP_TOKEN_LENGTH,
  /^[\da-f]{2}(?::[\da-f]{2})*$/i,
  'hexadecimal pairs with colons between',
);

/** Parameters of a codec or a header extension, in the form of `a=fmtp`. The media worker checks the values that it uses. */
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
