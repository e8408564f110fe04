/**
 * Whether a page of this origin may talk to us. An empty list lets all of them. Without an Origin header the client is no
 * browser page: nothing would be gained by refusing what such a client can write at will.
 */
export function isOriginAllowed(origin: string | undefined, allowedOrigins: readonly string[]): boolean {
  return allowedOrigins.length === 0 || origin === undefined || allowedOrigins.includes(origin);
}

/** The CORS headers of a response to a page of this origin. */
export function corsHeaders(origin: string | undefined, allowedOrigins: readonly string[]): Record<string, string> {
  if (allowedOrigins.length === 0) return { 'access-control-allow-origin': '*' };
  // Caches must not reuse the response for another origin.
  const vary = { vary: 'origin' };
  return origin !== undefined && allowedOrigins.includes(origin)
    ? { ...vary, 'access-control-allow-origin': origin }
    : vary;
}
