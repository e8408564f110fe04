import { invalidArgument } from '../shared/invalidArgument.ts';

/** A WebSocket URL, or a function that returns a URL for each attempt, e.g. with a fresh token. */
export type UrlSource = string | URL | (() => string | URL | Promise<string | URL>);

/** Throws `invalidArgument` unless `options` has a URL or a function that returns one. */
export function checkUrlOptions(options: { readonly url: UrlSource }): void {
  const { url } = Object(options) as { readonly url?: unknown };
  if (typeof url === 'string' || typeof url === 'function' || url instanceof URL) return;
  throw invalidArgument('url', "Pass an object, e.g. { url: 'wss://host/path' }.");
}

/**
 * Resolves the URL of one attempt: the URL of the app, with each parameter of the dialect that its query lacks. `http:` and
 * `https:` become `ws:` and `wss:`; a path is relative to the page. Rejects with `invalidArgument`.
 */
export async function resolveUrl(source: UrlSource, params: Readonly<Record<string, string>>): Promise<string> {
  const given = typeof source === 'function' ? await source() : source;
  const base = typeof location === 'undefined' ? undefined : location.href;
  let url: URL;
  try {
    url = new URL(given, base);
  } catch (error) {
    throw invalidArgument('url', 'Use wss://host/path.', `not a URL: ${String(given)}`, error);
  }
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (!/^wss?:$/.test(url.protocol)) {
    throw invalidArgument('url', 'Use wss://host/path.', `not a WebSocket URL: ${url.protocol}//`);
  }
  for (const [name, value] of Object.entries(params))
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  return url.href;
}
