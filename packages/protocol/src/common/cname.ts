/**
 * Grammar of a CNAME in SDP and RTCP: 1 to 255 visible ASCII characters. RTCP stores the length in one byte, and in an SDP a space or a
 * line break would end the CNAME.
 */
const CNAME = /^[!-~]{1,255}$/;

/** Returns whether a value is a valid CNAME in SDP and RTCP. */
export const isCname = (cname: unknown): cname is string => typeof cname === 'string' && CNAME.test(cname);

/**
 * Creates a short-term persistent CNAME (RFC 7022): 96 random bits in base64, which identify no person, device or account.
 * Skips values with `/`, which is not allowed in an SDP token.
 */
export function randomCname(): string {
  let cname: string;
  do cname = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12))));
  while (cname.includes('/'));
  return cname;
}
