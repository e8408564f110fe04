/**
 * Returns whether a page of this origin may connect. An empty list allows every origin. A client without an Origin header is
 * not a browser page, and could send any origin, so it is allowed.
 */
export function isOriginAllowed(origin: string | undefined, allowedOrigins: readonly string[]): boolean {
  return allowedOrigins.length === 0 || origin === undefined || allowedOrigins.includes(origin);
}

/** Returns the CORS headers of a response to a page of this origin. */
export function corsHeaders(origin: string | undefined, allowedOrigins: readonly string[]): Record<string, string> {
  if (allowedOrigins.length === 0) return { 'access-control-allow-origin': '*' };
  // Caches must not reuse the response for another origin.
  const vary = { vary: 'origin' };
  return origin !== undefined && allowedOrigins.includes(origin)
    ? { ...vary, 'access-control-allow-origin': origin }
    : vary;
}
