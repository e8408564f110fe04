/**
 * What SDP and RTCP can carry as a CNAME: 1 to 255 visible ASCII characters. RTCP counts its length in one byte, and a space
 * or a line break would end its place in an SDP.
 */
const CNAME = /^[!-~]{1,255}$/;

/** Whether a CNAME can stand in SDP and RTCP as it is. */
export const isCname = (cname: unknown): cname is string => typeof cname === 'string' && CNAME.test(cname);

/**
 * Makes a short-term persistent CNAME (RFC 7022): 96 random bits in base64, so it names no person, device or account. A value
 * with `/`, which is no SDP token, is drawn again.
 */
export function randomCname(): string {
  let cname: string;
  do cname = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12))));
  while (cname.includes('/'));
  return cname;
}
