import { TureenError } from '../shared/errors.ts';

/** A WebSocket URL, or what makes one afresh for each attempt (a renewed token, say). */
export type UrlSource = string | URL | (() => string | URL | Promise<string | URL>);

/**
 * The URL of one attempt: the app's own, with the dialect's parameters added where it does not have them already. `http:` and
 * `https:` are read as `ws:` and `wss:`; a path alone is taken relative to the page. Throws `invalidArgument`.
 */
export async function resolveUrl(source: UrlSource, params: Readonly<Record<string, string>>): Promise<string> {
  const given = typeof source === 'function' ? await source() : source;
  const base = typeof location === 'undefined' ? undefined : location.href;
  let url: URL;
  try {
    url = new URL(given, base);
  } catch (error) {
    throw new TureenError('invalidArgument', `not a URL: ${String(given)}`, { hint: 'wss://host/path', cause: error });
  }
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (!/^wss?:$/.test(url.protocol)) {
    throw new TureenError('invalidArgument', `not a WebSocket URL: ${url.protocol}//`, { hint: 'wss://host/path' });
  }
  for (const [name, value] of Object.entries(params))
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  return url.href;
}
